/**
 * Assigns numbers to lists: equal lists have equal numbers. Each list is read once, so that many sets which share long
 * lists are compared quickly.
 */
export class ListNumbers {
  private readonly byList = new Map<readonly unknown[], number>();
  private readonly byText = new Map<string, number>();

  of(list: readonly (string | number | bigint)[]): number {
    const known = this.byList.get(list);
    if (known !== undefined) return known;
    const text = list.join('\0');
    const number = this.byText.get(text) ?? this.byText.size;
    this.byText.set(text, number);
    this.byList.set(list, number);
    return number;
  }
}

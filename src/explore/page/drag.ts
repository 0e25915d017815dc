/** Further than this many pixels, a press is a drag and no click. */
const still = 4;

/** Lets the pointer move the content of a part that scrolls. The browser moves it; nothing is drawn anew. */
export function moveByDragging(canvas: HTMLElement): void {
  let from: { readonly x: number; readonly y: number; readonly left: number; readonly top: number } | undefined;
  canvas.addEventListener('pointerdown', ({ button, pointerType, clientX, clientY }) => {
    // A finger scrolls by itself.
    if (button !== 0 || pointerType === 'touch') return;
    from = { x: clientX, y: clientY, left: canvas.scrollLeft, top: canvas.scrollTop };
  });
  canvas.addEventListener('pointermove', ({ pointerId, clientX, clientY }) => {
    if (from === undefined) return;
    const [x, y] = [clientX - from.x, clientY - from.y];
    if (!canvas.classList.contains('dragged')) {
      if (Math.hypot(x, y) < still) return;
      canvas.classList.add('dragged');
      canvas.setPointerCapture(pointerId);
    }
    canvas.scrollTo(from.left - x, from.top - y);
  });
  const end = (): void => {
    from = undefined;
    // The click that a drag ends with comes before the next task.
    setTimeout(() => {
      canvas.classList.remove('dragged');
    });
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener(
    'click',
    (event) => {
      if (canvas.classList.contains('dragged')) event.stopPropagation();
    },
    { capture: true },
  );
}

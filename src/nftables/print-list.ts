/** Prints the text of `nft list ruleset` and `nft list table`. */
import { constantText } from './print-expression.js';
import { objectLines } from './print-object.js';
import { setText } from './print-set.js';
import { ruleText } from './print-statement.js';
import { quoted, word } from './print-text.js';
import type {
  BaseChain,
  Chain,
  Constant,
  Flowtable,
  NamedObject,
  Priority,
  Ruleset,
  Table,
  TablePart,
} from './types.js';

/** Prints like `nft list ruleset`, one part of a table at a time. Throws if a text would not remain one word. */
export function* listRuleset(ruleset: Ruleset): Generator<string> {
  for (const table of ruleset.tables) yield* listTable(table);
}

/**
 * Prints like `nft list table`. Where versions of nft differ and the table does not record its notation, prints like
 * nft 1.1.3.
 */
export function* listTable(table: Table): Generator<string> {
  yield tableHead(table);
  let separator = table.flags === undefined || table.flags.length === 0 ? '' : '\n';
  for (const part of table.parts) {
    yield separator;
    yield* partText(part);
    separator = '\n';
  }
  yield '}\n';
}

function tableHead({ family, name, flags, owner, managedBy, comment, handle }: Table): string {
  const remark =
    (handle === undefined ? '' : ` handle ${handle}`) + (owner === undefined ? '' : ` progname ${word(owner)}`);
  let text =
    managedBy === undefined
      ? ''
      : `# Warning: table ${family} ${name} is managed by ${word(managedBy)}, do not touch!\n`;
  text += `table ${family} ${word(name)} {${remark === '' ? '' : ` #${remark}`}\n`;
  if (flags !== undefined && flags.length > 0) text += `\tflags ${flags.map(word).join(',')}\n`;
  if (comment !== undefined) text += `\tcomment ${quoted(comment)}\n`;
  return text;
}

function* partText(part: TablePart): Generator<string> {
  switch (part.kind) {
    case 'chain':
      yield* chainText(part);
      return;
    case 'flowtable':
      yield flowtableText(part);
      return;
    case 'object':
      yield objectText(part);
      return;
    case 'rawPart':
      yield `\t${part.text}\n`;
      return;
    default:
      yield setText(part);
  }
}

function* chainText({ name, handle, comment, base, rules }: Chain): Generator<string> {
  yield `\tchain ${word(name)} {${handleText(handle)}\n`;
  if (comment !== undefined) yield `\t\tcomment ${quoted(comment)}\n`;
  if (base !== undefined) yield `\t\t${baseText(base)}\n`;
  for (const rule of rules) yield `\t\t${ruleText(rule)}\n`;
  yield '\t}\n';
}

function baseText({ type, hook, devices, priority, policy, offload }: BaseChain): string {
  const listed = devices === undefined ? '' : devicesText(devices);
  const offloaded = offload === true ? ' flags offload;' : '';
  const otherwise = policy === undefined ? '' : ` policy ${policy};`;
  return `type ${type} hook ${hook}${listed} priority ${priorityText(priority)};${otherwise}${offloaded}`;
}

function devicesText(devices: readonly Constant[]): string {
  const [only] = devices;
  if (only !== undefined && devices.length === 1) return ` device ${constantText(only)}`;
  return ` devices = { ${devices.map(constantText).join(', ')} }`;
}

function priorityText({ name, offset }: Priority): string {
  if (name === undefined) return String(offset);
  return offset === 0 ? word(name) : `${word(name)} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
}

function flowtableText({ name, handle, hook, priority, devices, counter, flags }: Flowtable): string {
  let text =
    `\tflowtable ${word(name)} {${handleText(handle)}\n\t\thook ${word(hook)} priority ` +
    `${priorityText(priority)}\n`;
  if (devices.length > 0) text += `\t\tdevices = { ${devices.map(constantText).join(', ')} }\n`;
  if (flags !== undefined) text += `\t\tflags ${flags.map(word).join(',')}\n`;
  if (counter === true) text += '\t\tcounter\n';
  return `${text}\t}\n`;
}

function objectText({ name, handle, comment, value }: NamedObject): string {
  let text = `\t${value.kind} ${word(name)} {${handleText(handle)}\n`;
  if (comment !== undefined) text += `\t\tcomment ${quoted(comment)}\n`;
  for (const line of objectLines(value)) text += `\t\t${line}\n`;
  return `${text}\t}\n`;
}

function handleText(handle: number | undefined): string {
  return handle === undefined ? '' : ` # handle ${handle}`;
}

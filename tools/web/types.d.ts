// The documents that bytecov/report/html writes (document.py, bytecode.py, tests.py, front.py), and
// what its scripts share.  For the type checker alone; nothing of it is shipped.

type Span = [line: number, column: number, endLine: number, endColumn: number];
type Tally = [covered: number, missed: number, undetermined: number];
type Tallies = [Tally, Tally, Tally, Tally];
type Status = string; // c covered, m missed, u undetermined, x excluded
type Lens = "line" | "branch" | "condition" | "mcdc" | "bytecode";
type Gap = [
  line: number,
  anchor: string,
  scope: string,
  subject: string | null,
  said: string,
  detail: string,
  kind: string,
  near: number,
  seen: number,
];
type Outcome = [name: string, status: Status, count: number | null, evaluated: boolean, reason?: string];
type Vector = [letters: string, outcome: string];

interface Condition {
  span: Span;
  outcomes: Outcome[];
  next: [number | boolean, number | boolean];
  mcdc: Status;
  pair?: [Vector, Vector];
  needs?: Vector[];
  beside?: Vector | null;
  untested?: boolean;
}

interface Decision {
  kind: string;
  span: Span;
  function: string;
  outcomes: Outcome[];
  conditions: Condition[];
  vectors: [letters: string, outcome: string, count: number | null, test: string][];
  ways?: number;
}

type Hidden = Record<string, [short: string, long: string]>;
type ScopeOf = [name: string, kind: string, line: number, endLine: number, levels: Tallies];

interface SourceDocument {
  name: string;
  path: string;
  problem: string | null;
  warnings: string[];
  doubts: [unexplained: number, contradictions: number];
  source: string;
  colours: number[];
  hidden: Hidden;
  levels: Tallies;
  lines: (number | string)[];
  decisions: Decision[];
  marks: unknown[];
  gaps: Record<"line" | "branch" | "condition" | "mcdc", Gap[]>;
  scopes: ScopeOf[];
  has: string[];
}

interface PackedSource extends Omit<SourceDocument, "gaps"> {
  gaps: Record<"line" | "branch" | "condition" | "mcdc", string> & { all: [number, ...unknown[]][] };
}

interface TestsDocument {
  names: string[];
  outcomes: [decision: number, condition: number, outcome: string, tests: number[]][];
}

interface StagesDocument {
  lines: Record<string, string>;
}

interface FileEntry {
  name: string;
  path: string;
  levels: Tallies;
  never: number;
  hidden: number;
  kinds: Record<string, number>;
  lines: number;
  doubts: [number, number];
  problem: string | null;
  first: Gap | null;
  size: number;
}

type ScopeRow = [source: number, ...ScopeOf, kinds: Record<string, number>];
type WorkGap = [source: number, ...Gap];

interface Front {
  engines: string[];
  pythons: string[];
  title: string;
  levels: Tallies;
  never: number;
  hidden: number;
  unexplained: number;
  contradictions: number;
  problems: number;
  deceived: number;
  files: FileEntry[];
}

interface Row {
  name: string;
  text: string;
  href: string;
  levels: Tallies;
  never: number;
  complete: boolean;
  kinds: Record<string, number>;
  file?: FileEntry;
  below?: string;
}

// Bytecode, packed in columns and unfolded.

interface PackedBytecode {
  python: string;
  texts: string[];
  kinds: [name: string, size: number, effect: string][];
  rules: [origin: string, rule: number][];
  outcomes: Means[];
  codes: [
    name: number,
    line: number,
    measured: 0 | 1,
    instructions: number,
    blocks: number,
    facts: number[],
  ][];
  names: string;
  operands: string;
  lines: string;
  blocks: string;
  ends: string;
  jumps: string;
  handlers: string;
  verdicts: string;
  means: string;
  ran: number[];
  taken: number[];
}

type Means = [decision: number, condition: number | string, outcome: string, line?: number];

interface Step {
  offset: number;
  line: number;
  name: string;
  operand: string;
  ran: number;
  effect: string;
}

interface Way {
  kind: string;
  to: number;
  taken: number;
  means: Means[];
}

interface Block {
  steps: Step[];
  ways: Way[];
  origin?: string | undefined;
  rule: string;
}

interface Code {
  name: string;
  line: number;
  measured: boolean;
  steps: Step[];
  blocks: Block[];
  facts: [group: string, name: string, value: string, meaning: string][];
}

interface Bytecode {
  python: string;
  codes: Code[];
}

// Lines.

interface Mark {
  index: number;
  span: Span;
  lenses: string;
  ticks: [letter: string, status: Status][];
  label: string;
  anchor: string;
  decision: number;
  condition: number;
  mcdc: Status;
  status: Status;
}

interface Underline {
  mark: Mark;
  start: number;
  end: number;
  first: boolean;
  room: number;
}

interface Range_<T> {
  start: number;
  end: number;
  value: T;
}
type Over = string | Underline | null;
type Columns = Range_<Over>;
interface Piece {
  start: number;
  end: number;
  values: Over[];
}

// Graphs.

interface GraphNode {
  id: string;
  text: string[];
  look: string;
  title?: string;
  click?: () => void;
}

interface GraphEdge {
  from: string;
  to: string;
  label: string;
  look: string;
  title?: string;
}

interface Point {
  x: number;
  y: number;
}

interface Box extends Point {
  width: number;
  height: number;
}

// deno-lint-ignore no-explicit-any
declare const dagre: any;

// Elements.

type Child = Node | string | undefined;
type Attributes = Record<string, unknown>;
type TextOf = (span: Span) => string;
type KeyRow = [keys: string, meaning: string, action: (() => void) | Record<string, () => void>];

interface Bytecov {
  keys: Map<string, () => void>;
  LEVELS: string[];
  byId(id: string): HTMLElement | null;
  h(name: string, attributes?: Attributes, ...children: (Child | Child[])[]): HTMLElement;
  svg(name: string, attributes?: Attributes, ...children: (Child | Child[])[]): SVGElement;
  number(count: number): string;
  counted(count: number, one: string, many?: string): string;
  percent(tally: Tally): number | undefined;
  percentCell(tally: Tally): Child[];
  bar(tally: Tally): SVGElement;
  levels(tallies: Tallies, small: boolean): HTMLElement;
  pathParts(path: string): Child[];
  said(gap: Gap): Child[];
  href(name: string, anchor?: string, lens?: string): string;
  state: {
    read(): { anchor: string; values: URLSearchParams };
    write(anchor: string, values: Record<string, string>): void;
  };
  header(...parts: Child[]): void;
  say(text: string): void;
  onKeys(rows: KeyRow[]): void;

  receive(name: string, packed: string): void;
  load(name: string): Promise<any>;
  loadLibrary(): Promise<void>;

  front(data: Front): Promise<void>;

  lines: {
    split(source: string): string[];
    coloursOf(lines: string[], runs: number[]): Columns[][];
    cut(length: number, ranges: Columns[]): Piece[];
    onLines(span: Span, lines: string[]): { line: number; start: number; end: number }[];
    stack(ranges: Underline[]): Map<Underline, number>;
    renderLine(text: string, colours: Columns[], underlines: Underline[], hidden: Hidden): HTMLElement;
    indentation(text: string, column: number): string;
  };
  textOf(lines: string[], span: Span): string;
  shown(text: string): string;
  unfold: {
    gaps(file: PackedSource): SourceDocument["gaps"];
    bytecode(packed: PackedBytecode): Bytecode;
  };
  source(packed: PackedSource): void;
  drawGraph(nodes: GraphNode[], edges: GraphEdge[], title: string): Promise<HTMLElement>;
  drawer(
    file: SourceDocument,
    lines: string[],
    index: number,
    close: () => void,
    showCode: (code: string) => void,
  ): HTMLElement;
  firstTests(file: SourceDocument, mark: Mark): Promise<string[]>;
  bytecodeOf(name: string): Promise<Bytecode>;
  bytecodeGaps(file: SourceDocument, code: Code): number;
  codeView(
    file: SourceDocument,
    lines: string[],
    drawLine: (line: number) => HTMLElement,
    bytecode: Bytecode,
    code: Code,
  ): HTMLElement;
}

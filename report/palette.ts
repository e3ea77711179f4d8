/**
 * How rows look, in every figure, table and page: a colour, a dash pattern and a marker for each algorithm.
 *
 * There are eight colours, chosen so that algorithms that are drawn in one panel stay apart for people
 * with any kind of colour blindness, against white and against a dark page (tests/report/palette_test.ts
 * measures it). Dash and marker tell them apart without any colour. A network method has the colour of
 * its tabular relative (DQN that of Q-learning, REINFORCE that of Monte-Carlo control) and a hollow marker.
 */

/** A marker's shape. */
export type Marker = "circle" | "square" | "triangle-up" | "diamond" | "triangle-down" | "cross";

/** How a row looks. */
export interface Style {
  /** Colour on white, as #rrggbb. */
  readonly light: string;
  /** Colour on `darkBackground`. */
  readonly dark: string;
  /** Lengths of dashes and gaps; empty for a solid line. */
  readonly dash: readonly number[];
  readonly marker: Marker;
  /** Whether the marker is filled; hollow ones are filled with the background. */
  readonly filled: boolean;
}

/** Algorithms that are drawn together where there are too many for one panel. */
export type Group =
  | "Dynamic programming"
  | "Monte-Carlo control"
  | "One-step TD"
  | "n-step TD and TD(λ)"
  | "DQN family"
  | "Policy gradient"
  | "Off-policy actor-critic"
  | "Prediction"
  | "Baseline"
  | "Others";

/** The background that the dark colours are made for. */
export const darkBackground = "#121417";

type Hue = keyof typeof hues;

/** Colours on white and on the dark background. */
const hues = {
  navy: ["#003F7D", "#83C8FC"],
  sky: ["#3A9BD9", "#2D82C5"],
  red: ["#B2182B", "#E2988A"],
  salmon: ["#E0705A", "#DE3753"],
  green: ["#5E9B00", "#39BD0A"],
  pink: ["#CC79A7", "#A3608C"],
  magenta: ["#AA4499", "#BC95C9"],
  wine: ["#882255", "#FED4EE"],
  ink: ["#222222", "#F2F2F2"],
  grey: ["#767676", "#8D8D8D"],
} as const;

/** Places in a panel: what no colour is needed for. */
const places: readonly { readonly dash: readonly number[]; readonly marker: Marker }[] = [
  { dash: [], marker: "circle" },
  { dash: [5, 2], marker: "square" },
  { dash: [1.5, 1.5], marker: "triangle-up" },
  { dash: [6, 1.5, 1.5, 1.5], marker: "diamond" },
  { dash: [10, 3], marker: "triangle-down" },
  { dash: [6, 1.5, 1.5, 1.5, 1.5, 1.5], marker: "cross" },
];

interface Known {
  readonly group: Group;
  readonly hue: Hue;
  /** Place in its panel. */
  readonly place: number;
  readonly filled: boolean;
}

/** The built-in algorithms, group by group: their colours and places. */
const known = new Map<string, Known>();
function add(group: Group, filled: boolean, members: Readonly<Record<string, [Hue, number]>>) {
  for (const [name, [hue, place]] of Object.entries(members)) {
    known.set(name, { group, hue, place, filled });
  }
}
add("Dynamic programming", true, { value_iteration: ["ink", 0], policy_iteration: ["grey", 1] });
add("Monte-Carlo control", true, { monte_carlo_control: ["green", 0] });
add("One-step TD", true, {
  q_learning: ["navy", 0],
  sarsa: ["red", 1],
  double_q_learning: ["sky", 2],
  expected_sarsa: ["salmon", 3],
});
add("n-step TD and TD(λ)", true, {
  n_step_sarsa: ["pink", 0],
  sarsa_lambda: ["wine", 1],
  q_lambda: ["magenta", 2],
});
add("DQN family", false, {
  dqn: ["navy", 0],
  dueling_dqn: ["red", 1],
  double_dqn: ["sky", 2],
  qr_dqn: ["salmon", 3],
});
// REINFORCE comes with and without baseline: in places 5 and 4. DQN alone may share their panel.
add("Policy gradient", false, {
  reinforce: ["green", 5],
  ppo: ["magenta", 1],
  a2c: ["pink", 2],
  trpo: ["wine", 3],
});
add("Off-policy actor-critic", false, { ddpg: ["sky", 0], td3: ["salmon", 1], sac: ["navy", 2] });
add("Prediction", true, {
  monte_carlo_prediction: ["green", 0],
  td_prediction: ["red", 1],
  n_step_td_prediction: ["pink", 2],
  td_lambda_prediction: ["wine", 3],
});
add("Baseline", true, { random_policy: ["grey", 0] });

/** All groups, in the order in which they are drawn. */
export const groups: readonly Group[] = [
  ...new Set([...known.values()].map(({ group }) => group)),
  "Others",
];

/** The group of an algorithm; "Others" for a user's own. */
export function groupOf(algorithm: string): Group {
  return known.get(algorithm)?.group ?? "Others";
}

/**
 * How an algorithm looks.
 *
 * @param algorithm its name, such as `q_learning`; a user's own gets a look that its name determines
 * @param variant counts the rows of the same algorithm: they share its colour, in other shades
 */
export function styleOf(algorithm: string, variant = 0): Style {
  const { hue, place, filled } = known.get(algorithm) ?? strange(algorithm);
  const [light, dark] = hues[hue];
  // Variants go through the places backwards.
  const own = places[(place + (places.length - 1) * variant) % places.length];
  return {
    light: shade(light, "#FFFFFF", variant),
    dark: shade(dark, darkBackground, variant),
    ...own,
    filled,
  };
}

/**
 * How the rows of a table look.
 *
 * @param rows in the table's order
 * @returns by entry
 */
export function stylesOf(
  rows: Iterable<{ readonly entry: string; readonly algorithm: string }>,
): Map<string, Style> {
  const variants = new Map<string, number>();
  const styles = new Map<string, Style>();
  for (const { entry, algorithm } of rows) {
    if (styles.has(entry)) continue;
    const variant = variants.get(algorithm) ?? 0;
    styles.set(entry, styleOf(algorithm, variant));
    variants.set(algorithm, variant + 1);
  }
  return styles;
}

/** A user's own algorithm: the same name always looks the same. */
function strange(algorithm: string): Known {
  let sum = 0;
  for (const character of algorithm) sum = (sum * 31 + character.codePointAt(0)!) % 9973;
  const names = Object.keys(hues) as Hue[];
  return { group: "Others", hue: names[sum % 8], place: sum % places.length, filled: false };
}

/** How far each variant is from the first one, as a part of the way. */
const shades = [0, 0.36, 0.18, 0.5, 0.27];

/** Another shade that still stands out: strong colours move towards the background, pale ones away. */
function shade(colour: string, background: string, variant: number): string {
  const far = Math.abs(luma(colour) - luma(background));
  const strong = far > 160;
  const aim = strong === luma(background) > 128 ? 255 : 0;
  const part = shades[variant % shades.length] * (strong ? 0.8 : 1);
  const mixed = channels(colour).map((value) => Math.round(value + part * (aim - value)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("").toUpperCase()}`;
}

/** Lightness from 0 to 255, as television reckons it: near enough to choose a direction. */
function luma(colour: string): number {
  const [r, g, b] = channels(colour);
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16));
}

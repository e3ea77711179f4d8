import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { builtinAlgorithms } from "../../algorithms/builtin.ts";
import { darkBackground, groupOf, groups, styleOf, stylesOf } from "../../report/palette.ts";

/** Rows that are drawn in one panel, of one suite. */
const panels = [
  ["dqn", "double_dqn", "dueling_dqn", "qr_dqn"],
  ["reinforce", "a2c", "ppo", "trpo"],
  ["ddpg", "td3", "sac"],
  ["q_learning", "double_q_learning", "sarsa", "expected_sarsa"],
  ["n_step_sarsa", "sarsa_lambda", "q_lambda"],
  ["value_iteration", "policy_iteration"],
];

/** Rows that meet on one environment and may be drawn in one chart. */
const together = [
  ["dqn", "reinforce", "a2c", "ppo"],
  ["dqn", "double_dqn", "dueling_dqn", "qr_dqn", "reinforce", "a2c", "ppo", "trpo"],
  ["reinforce", "a2c", "ppo", "trpo", "ddpg", "td3", "sac"],
];

/**
 * What each kind of colour blindness makes of linear RGB: Machado, Oliveira and Fernandes (2009), severity
 * 1.0, and no colour blindness.
 */
const sights: Record<string, readonly number[]> = {
  ordinary: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ].flat(),
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ].flat(),
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ].flat(),
};

const times = (m: readonly number[], v: readonly number[]) =>
  [0, 3, 6].map((row) => m[row] * v[0] + m[row + 1] * v[1] + m[row + 2] * v[2]);

/** sRGB (IEC 61966-2-1) to linear light. */
function linear(colour: string): number[] {
  assert(/^#[0-9A-F]{6}$/.test(colour), colour);
  return [1, 3, 5].map((place) => {
    const value = parseInt(colour.slice(place, place + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** Ottosson's Oklab, in hundredths: distances are about as large as differences look. */
function oklab(light: readonly number[]): number[] {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ].flat(),
    light.map((value) => Math.min(1, Math.max(0, value))),
  ).map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ].flat(),
    cones,
  ).map((value) => 100 * value);
}

/** How far two colours are apart for whoever sees the difference least. */
function distance(a: string, b: string): number {
  return Math.min(
    ...Object.values(sights).map((sight) => {
      const [x, y] = [a, b].map((colour) => oklab(times(sight, linear(colour))));
      return Math.hypot(...x.map((value, i) => value - y[i]));
    }),
  );
}

/** Contrast by WCAG 2.2. */
function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((colour) => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05;
  }).sort((x, y) => x - y);
  return high / low;
}

const pairsOf = (names: readonly string[]) =>
  names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b]));

Deno.test("the measures of these tests give known values", () => {
  assertEquals(contrast("#000000", "#FFFFFF"), 21);
  assertEquals(Math.round(distance("#000000", "#FFFFFF")), 100);
  // Red and green of the same lightness: apart, but not for everyone.
  assert(distance("#C0504D", "#6B8E23") < 12);
});

Deno.test("every built-in algorithm has a group, and a look that no other of its task has", () => {
  const looks = new Set<string>();
  for (const { name, task } of builtinAlgorithms) {
    assertNotEquals(groupOf(name), "Others", name);
    looks.add(task + JSON.stringify(styleOf(name)));
  }
  assertEquals(looks.size, builtinAlgorithms.length);
  assertEquals(new Set(groups).size, groups.length);
});

Deno.test("every colour stands out from its background: contrast 3 or more", () => {
  for (const { name } of builtinAlgorithms) {
    for (let variant = 0; variant < 5; variant++) {
      const { light, dark } = styleOf(name, variant);
      assert(contrast(light, "#FFFFFF") >= 3, `${name} ${variant} ${light} on white`);
      assert(contrast(dark, darkBackground) >= 3, `${name} ${variant} ${dark} on dark`);
    }
  }
});

Deno.test("colours in one panel stay apart for all kinds of colour blindness", () => {
  for (const theme of ["light", "dark"] as const) {
    for (
      const [names, least] of [
        ...panels.map((names) => [names, 10] as const),
        ...together.map((names) => [names, 6] as const),
      ]
    ) {
      for (const [a, b] of pairsOf(names)) {
        const apart = distance(styleOf(a)[theme], styleOf(b)[theme]);
        assert(apart >= least, `${a} and ${b} are ${apart.toFixed(1)} apart (${theme})`);
      }
    }
  }
});

Deno.test("without colour, dash and marker tell the rows of a panel apart", () => {
  for (const names of [...panels, ["dqn", "reinforce", "a2c", "ppo"]]) {
    for (const [a, b] of pairsOf(names)) {
      assertNotEquals(styleOf(a).dash, styleOf(b).dash, `${a}, ${b}`);
      assertNotEquals(styleOf(a).marker, styleOf(b).marker, `${a}, ${b}`);
    }
  }
  const variants = Array.from({ length: 5 }, (_, variant) => styleOf("ddpg", variant));
  assertEquals(new Set(variants.map(({ marker }) => marker)).size, 5);
  assertEquals(new Set(variants.map(({ light }) => light)).size, 5);
});

Deno.test("rows of the same algorithm are variants, in the table's order, once each", () => {
  const rows = [
    { entry: "reinforce", algorithm: "reinforce" },
    { entry: "ppo", algorithm: "ppo" },
    { entry: "reinforce-baseline", algorithm: "reinforce" },
    { entry: "reinforce", algorithm: "reinforce" },
  ];
  const styles = stylesOf(rows);
  assertEquals([...styles.keys()], ["reinforce", "ppo", "reinforce-baseline"]);
  assertEquals(styles.get("reinforce"), styleOf("reinforce"));
  assertEquals(styles.get("reinforce-baseline"), styleOf("reinforce", 1));
  // No row of a policy-gradient panel looks like it.
  for (const name of ["reinforce", "a2c", "ppo", "trpo"]) {
    assertNotEquals(styleOf(name).marker, styleOf("reinforce", 1).marker);
  }
});

Deno.test("a user's own algorithm always looks the same, in the last group", () => {
  assertEquals(styleOf("my_algorithm"), styleOf("my_algorithm"));
  assertEquals(groupOf("my_algorithm"), "Others");
  assertEquals(groups.at(-1), "Others");
});

/**
 * Lint rules that keep results the same on every machine. In the folders whose code feeds a result
 * they forbid everything that may differ between processors, JavaScript engines, hosts or runs:
 * the host's inexact mathematics, powers, clocks, chance and the locale.
 *
 * Enable with `"lint": { "plugins": ["./tools/portable_lint.ts"] }` in deno.json.
 */

/** The folders whose code feeds a result or what is printed of it. */
export const portableFolders: readonly string[] = [
  "algorithms",
  "benchmarks/cell",
  "data",
  "engine",
  "envs",
  "random",
  "report",
  "stats",
];

/** What a page tells its reader while it is looked at, such as how long something took, is neither. */
const exempt = "report/site/ui/";

/** What of `Math` is exact everywhere. */
const EXACT = new Set([
  ...[
    "abs",
    "ceil",
    "clz32",
    "floor",
    "fround",
    "imul",
    "max",
    "min",
    "round",
    "sign",
    "sqrt",
    "trunc",
  ],
  ...["E", "LN10", "LN2", "LOG10E", "LOG2E", "PI", "SQRT1_2", "SQRT2"],
]);

/** The path of the repository, with its last slash. */
const repository = import.meta.dirname!.replaceAll("\\", "/").replace(/tools$/, "");

function feedsResult(filename: string): boolean {
  const path = filename.replaceAll("\\", "/");
  const inside = path.startsWith(repository) ? path.slice(repository.length) : path;
  return !inside.startsWith(exempt) &&
    portableFolders.some((folder) => inside.startsWith(`${folder}/`));
}

/** A rule that looks at the files in those folders only. */
function rule(create: (context: Deno.lint.RuleContext) => Deno.lint.LintVisitor): Deno.lint.Rule {
  return { create: (context) => feedsResult(context.filename) ? create(context) : {} };
}

/** Nodes are made anew on each access, so identity does not tell; the range does. */
function same(one: { range: Deno.lint.Range } | null | undefined, other: Deno.lint.Node): boolean {
  return one?.range[0] === other.range[0] && one.range[1] === other.range[1];
}

/** The name in `object.name`, `object["name"]`, `{ name: ... }`; undefined where it is computed. */
function nameOf(computed: boolean, key: Deno.lint.Node): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : undefined;
}

/** The TypeScript nodes that hold a value; what the others hold is a type or its parts. */
const TYPESCRIPT_VALUES = new Set<string>([
  "TSAsExpression",
  "TSEnumMember",
  "TSExportAssignment",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);

/** Whether the identifier stands for a value, and is no property's name and no type. */
function isReference(node: Deno.lint.Identifier): boolean {
  const { parent } = node;
  switch (parent.type) {
    case "MemberExpression":
      return same(parent.object, node) || parent.computed;
    case "Property":
      return parent.computed || parent.shorthand || !same(parent.key, node);
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.computed || !same(parent.key, node);
    default:
      return !parent.type.startsWith("TS") || TYPESCRIPT_VALUES.has(parent.type);
  }
}

/** The names that a destructuring pattern takes; undefined stands for one it does not tell. */
function namesIn(pattern: Deno.lint.ObjectPattern): (string | undefined)[] {
  return pattern.properties.map((property) =>
    property.type === "Property" ? nameOf(property.computed, property.key) : undefined
  );
}

/** The names taken from this object where it is used; undefined where the use does not tell. */
function namesTaken(node: Deno.lint.Node & { parent: Deno.lint.Node }): (string | undefined)[] {
  const { parent } = node;
  if (parent.type === "MemberExpression" && same(parent.object, node)) {
    return [nameOf(parent.computed, parent.property)];
  }
  if (parent.type === "VariableDeclarator" && parent.id.type === "ObjectPattern") {
    return namesIn(parent.id);
  }
  if (parent.type === "AssignmentExpression" && parent.left.type === "ObjectPattern") {
    return namesIn(parent.left);
  }
  return [undefined];
}

/** What a global object may be used for, and what to say of the rest. */
interface Global {
  readonly name: string;
  readonly allows: (member: string | undefined) => boolean;
  readonly message: (member: string | undefined) => string;
}

const nothing = () => false;

const mathematics: readonly Global[] = [{
  name: "Math",
  allows: (member) => member !== undefined && EXACT.has(member),
  message: (member) =>
    member === "random"
      ? "Math.random cannot be seeded: draw from the Generator that was handed in"
      : member === undefined
      ? "name the functions of Math where they are used, so that inexact ones are seen"
      : `Math.${member} differs between machines: import it from math/math.ts`,
}];

const CLOCK = "results must not depend on the clock: count steps, or take the time outside";
const CHANCE = "cannot be seeded: draw from the Generator that was handed in";

const clocksAndChance: readonly Global[] = [
  { name: "Date", allows: nothing, message: () => `Date: ${CLOCK}` },
  { name: "Temporal", allows: nothing, message: () => `Temporal: ${CLOCK}` },
  { name: "performance", allows: nothing, message: () => `performance: ${CLOCK}` },
  {
    name: "crypto",
    allows: (member) => member === "subtle",
    message: (member) => `crypto${member === undefined ? "" : `.${member}`} ${CHANCE}`,
  },
];

const locales: readonly Global[] = [
  { name: "Intl", allows: nothing, message: () => "Intl depends on the locale: format by hand" },
];

/** The objects by which every global can be had. */
const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window"]);

/** Reports the uses of these globals that are not allowed, by name or through the global object. */
function globalsVisitor(
  context: Deno.lint.RuleContext,
  globals: readonly Global[],
): Deno.lint.LintVisitor {
  const check = (node: Deno.lint.Node & { parent: Deno.lint.Node }, global: Global) => {
    for (const member of namesTaken(node)) {
      if (!global.allows(member)) context.report({ node, message: global.message(member) });
    }
  };
  return {
    Identifier(node) {
      const global = globals.find(({ name }) => name === node.name);
      if (global && isReference(node)) check(node, global);
      if (!GLOBAL_OBJECTS.has(node.name) || !isReference(node)) return;
      for (const name of namesTaken(node)) {
        const hidden = globals.find((global) => global.name === name);
        if (!hidden) continue;
        if (node.parent.type === "MemberExpression") check(node.parent, hidden);
        else context.report({ node, message: hidden.message(undefined) });
      }
    },
  };
}

/** A power of two with a whole literal exponent is exact everywhere; so are literal bigints. */
function isExactPower(base: Deno.lint.Node, exponent: Deno.lint.Node): boolean {
  if (base.type !== "Literal" || exponent.type !== "Literal") return false;
  if (typeof base.value === "bigint") return typeof exponent.value === "bigint";
  return base.value === 2 && Number.isInteger(exponent.value);
}

const POWER = "** differs between machines: multiply, or import pow from math/math.ts";

/** The rules; their names start with `portable/`. */
const plugin: Deno.lint.Plugin = {
  name: "portable",
  rules: {
    "no-host-math": rule((context) => globalsVisitor(context, mathematics)),
    "no-clock-or-chance": rule((context) => globalsVisitor(context, clocksAndChance)),
    "no-power": rule((context) => ({
      BinaryExpression(node) {
        if (node.operator !== "**" || isExactPower(node.left, node.right)) return;
        context.report({ node, message: POWER });
      },
      AssignmentExpression(node) {
        if (node.operator === "**=") context.report({ node, message: POWER });
      },
    })),
    "no-locale": rule((context) => ({
      ...globalsVisitor(context, locales),
      MemberExpression(node) {
        const name = nameOf(node.computed, node.property);
        if (!name?.startsWith("toLocale") && name !== "localeCompare") return;
        context.report({
          node,
          message: `${name} depends on the locale: format or compare by hand`,
        });
      },
    })),
    "no-global-object": rule((context) => ({
      Identifier(node) {
        if (node.name !== "globalThis" || !isReference(node)) return;
        context.report({ node, message: "globalThis hides what is used: name the global itself" });
      },
    })),
  },
};

export default plugin;

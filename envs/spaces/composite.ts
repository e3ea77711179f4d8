/** How spaces that are made of other spaces seed them. */
import type { Generator } from "../../random/generator.ts";
import type { Space } from "./space.ts";

/** Seeds each member with a number drawn from the composite's own generator, in order. */
export function seedMembers(
  random: Generator,
  members: readonly Space[],
): void {
  const seeds = members.map(() => random.integers(0, 2147483647));
  members.forEach((member, i) => member.seed(seeds[i]));
}

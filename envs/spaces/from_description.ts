/** Makes a space from its description. */
import { Box, type BoxDtype } from "./box.ts";
import { DictSpace } from "./dict.ts";
import { Discrete, type DiscreteDtype } from "./discrete.ts";
import { MultiBinary } from "./multi_binary.ts";
import { MultiDiscrete } from "./multi_discrete.ts";
import type { Space, SpaceDescription } from "./space.ts";
import { TupleSpace } from "./tuple.ts";

/**
 * The space that a description describes; its own description is equal to the given one.
 *
 * @throws RangeError if a size or bound in the description is impossible
 */
export function spaceFromDescription(description: SpaceDescription): Space {
  switch (description.type) {
    case "Discrete":
      return new Discrete(
        description.n,
        description.start,
        description.dtype as DiscreteDtype,
      );
    case "Box":
      return new Box(
        description.low.map(Number),
        description.high.map(Number),
        description.shape,
        description.dtype as BoxDtype,
      );
    case "MultiDiscrete":
      return new MultiDiscrete(description.nvec, description.start);
    case "MultiBinary":
      return new MultiBinary(description.shape);
    case "Tuple":
      return new TupleSpace(description.spaces.map(spaceFromDescription));
    case "Dict":
      return new DictSpace(
        Object.fromEntries(
          description.spaces.map((
            [key, space],
          ) => [key, spaceFromDescription(space)]),
        ),
      );
  }
}

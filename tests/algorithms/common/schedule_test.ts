import { assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { rateAt, scheduleSchema } from "../../../algorithms/common/schedule.ts";
import { StepSize, stepSizeSchema } from "../../../algorithms/common/step_size.ts";

Deno.test("a constant schedule never changes", () => {
  for (const step of [0, 1, 1e9]) assertStrictEquals(rateAt(0.3, step), 0.3);
});

Deno.test("a linear schedule starts at one rate, reaches the other and stays", () => {
  const schedule = { from: 1, to: 0.25, steps: 3 };
  assertEquals([0, 1, 2, 3, 4, 1e9].map((step) => rateAt(schedule, step)), [
    1,
    0.75,
    0.5,
    0.25,
    0.25,
    0.25,
  ]);
});

Deno.test("a linear schedule stays between its ends, up or down", () => {
  const rate = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(rate, rate, fc.integer({ min: 1, max: 1000 }), (from, to, steps) => {
      const schedule = scheduleSchema.parse({ from, to, steps });
      assertStrictEquals(rateAt(schedule, 0), from);
      for (let step = 0, last = from; step <= steps + 1; step++) {
        const now = rateAt(schedule, step);
        if (to >= from ? now < last : now > last) throw new Error(`${last}, then ${now}`);
        last = now;
      }
      assertStrictEquals(rateAt(schedule, steps), to);
    }),
  );
});

Deno.test("a step size of 1 / visits makes the estimate the mean of its targets", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }), (targets) => {
      const stepSize = new StepSize(stepSizeSchema.parse({ power: 1 }), 2);
      let estimate = 1234; // The first update forgets it.
      for (const target of targets) {
        stepSize.next(0, 0); // The other entry's visits are counted apart.
        estimate += stepSize.next(1, 0) * (target - estimate);
      }
      const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
      assertAlmostEquals(estimate, mean, 1e-9);
    }),
  );
});

Deno.test("step sizes follow visits to a power, or steps", () => {
  const byVisits = new StepSize({ power: 0.75 }, 3);
  const sizes = Array.from({ length: 16 }, () => byVisits.next(2, 999));
  assertStrictEquals(sizes[0], 1);
  assertAlmostEquals(sizes[15], 1 / 8, 1e-15); // 16^(3/4) = 8
  const bySteps = new StepSize({ from: 0.5, to: 0.1, steps: 4 }, 3);
  assertAlmostEquals(bySteps.next(0, 1), 0.4, 1e-15);
  assertAlmostEquals(bySteps.next(0, 1), 0.4, 1e-15);
  assertStrictEquals(bySteps.next(0, 4), 0.1);
});

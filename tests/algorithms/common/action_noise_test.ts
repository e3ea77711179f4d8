/** Action noise: the processes against their exact recursions and stationary distributions. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  actionNoise,
  actionNoiseSchema,
  AutoregressiveNoise,
  fillStandardNormal,
} from "../../../algorithms/common/action_noise.ts";
import { defaultGenerator } from "../../../random/generator.ts";

/** The configuration with its defaults. */
const options = (noise: unknown) => actionNoiseSchema.parse(noise);

/** Mean square, and mean product with the next value, of one number of the noise. */
function moments(noise: AutoregressiveNoise, steps: number) {
  const random = defaultGenerator(1);
  noise.reset(random);
  let last = noise.next(random)[0];
  let square = 0, product = 0;
  for (let i = 0; i < steps; i++) {
    const [now] = noise.next(random);
    square += now * now / steps;
    product += now * last / steps;
    last = now;
  }
  return { square, product };
}

Deno.test("Ornstein-Uhlenbeck noise follows x <- x - theta x dt + sigma sqrt(dt) N(0, 1) from 0", () => {
  const [theta, sigma, dt] = [0.3, 0.7, 0.25];
  const noise = actionNoise(options({ type: "ornstein-uhlenbeck", theta, sigma, dt }), 2);
  const random = defaultGenerator(7), same = defaultGenerator(7);
  for (let episode = 0; episode < 3; episode++) {
    noise.reset(random);
    let x = [0, 0];
    for (let step = 0; step < 20; step++) {
      x = x.map((xi) => xi - theta * xi * dt + sigma * Math.sqrt(dt) * same.standardNormal());
      noise.next(random).forEach((value, i) => assertAlmostEquals(value, x[i], 1e-14));
    }
  }
});

Deno.test("theta is 0.15 and dt 1 where they are not given", () => {
  assertEquals(options({ type: "ornstein-uhlenbeck", sigma: 0.2 }), {
    type: "ornstein-uhlenbeck",
    sigma: 0.2,
    theta: 0.15,
    dt: 1,
  });
});

Deno.test("Ornstein-Uhlenbeck noise has its recursion's stationary variance and correlation", () => {
  for (const [theta, sigma, dt] of [[0.15, 0.2, 1], [0.15, 0.5, 0.1], [1, 0.3, 0.9]]) {
    const noise = actionNoise(options({ type: "ornstein-uhlenbeck", theta, sigma, dt }), 1);
    const { square, product } = moments(noise, 400_000);
    const decay = 1 - theta * dt;
    const variance = sigma * sigma * dt / (1 - decay * decay);
    assertAlmostEquals(square, variance, 0.05 * variance);
    assertAlmostEquals(product, decay * variance, 0.05 * variance);
  }
});

Deno.test("with a small dt that variance is the continuous process's, sigma^2 / (2 theta)", () => {
  const noise = actionNoise(
    options({ type: "ornstein-uhlenbeck", theta: 2, sigma: 0.5, dt: 0.01 }),
    1,
  );
  assertAlmostEquals(moments(noise, 400_000).square, 0.25 / 4, 0.05 * 0.25 / 4);
});

Deno.test("Gaussian noise is white and has the standard deviation sigma; no noise is 0", () => {
  const { square, product } = moments(
    actionNoise(options({ type: "gaussian", sigma: 0.3 }), 1),
    1e5,
  );
  assertAlmostEquals(square, 0.09, 0.002);
  assertAlmostEquals(product, 0, 0.002);
  const none = actionNoise(options({ type: "none" }), 3);
  for (let i = 0; i < 5; i++) {
    assert(none.next(defaultGenerator(i)).every((value) => value === 0));
  }
});

Deno.test("a stationary start has the whole variance from the first step on", () => {
  const decay = 0.95;
  const scale = Math.sqrt(1 - decay * decay);
  const random = defaultGenerator(4);
  const noise = new AutoregressiveNoise(1, { decay, scale, start: "stationary" });
  const episodes = 20_000;
  let first = 0, third = 0, product = 0;
  for (let episode = 0; episode < episodes; episode++) {
    noise.reset(random);
    const a = noise.next(random)[0];
    noise.next(random);
    const c = noise.next(random)[0];
    first += a * a / episodes;
    third += c * c / episodes;
    product += a * c / episodes;
  }
  assertAlmostEquals(first, 1, 0.05);
  assertAlmostEquals(third, 1, 0.05);
  assertAlmostEquals(product, decay * decay, 0.05);
});

Deno.test("the numbers of an action are independent", () => {
  const noise = actionNoise(options({ type: "ornstein-uhlenbeck", sigma: 1, theta: 0.5 }), 2);
  const random = defaultGenerator(2);
  let product = 0;
  for (let i = 0; i < 100_000; i++) {
    const [a, b] = noise.next(random);
    product += a * b / 100_000;
  }
  assertAlmostEquals(product, 0, 0.03); // the variance is 4/3
});

Deno.test("a saved process goes on where it was; one of another size is refused", () => {
  const make = (size: number) =>
    actionNoise(options({ type: "ornstein-uhlenbeck", sigma: 1 }), size);
  const noise = make(2);
  const random = defaultGenerator(0);
  for (let i = 0; i < 5; i++) noise.next(random);
  const saved = noise.save();
  const state = random.bits.state;
  const expected = noise.next(random).slice();
  const restored = make(2);
  restored.restore(saved);
  random.bits.state = state;
  assertEquals(restored.next(random), expected);
  assertThrows(() => make(3).restore(saved), RangeError, "entries");
});

Deno.test("a process that would overshoot or has a negative sigma is refused", () => {
  const ok = (noise: unknown) => actionNoiseSchema.safeParse(noise).success;
  assert(ok({ type: "ornstein-uhlenbeck", sigma: 1, theta: 2, dt: 0.5 }));
  assert(!ok({ type: "ornstein-uhlenbeck", sigma: 1, theta: 2, dt: 0.6 }));
  assert(!ok({ type: "gaussian", sigma: -0.1 }));
  assert(!ok({ type: "gaussian" }));
  assert(!ok({ type: "none", sigma: 1 }));
  assert(!ok("gaussian"));
});

Deno.test("arrays of standard normal numbers are the generator's, rounded", () => {
  const out = new Float32Array(5);
  fillStandardNormal(defaultGenerator(3), out);
  const same = defaultGenerator(3);
  assertEquals(out, Float32Array.from({ length: 5 }, () => same.standardNormal()));
});

import { assert, assertEquals } from "@std/assert";
import { builtin } from "../../../envs/builtin.ts";
import type { Environment } from "../../../envs/environment.ts";
import { make } from "../../../envs/make.ts";
import {
  observationRenderer,
  type Renderer,
  rendererOf,
  type Scene,
} from "../../../envs/rendering/mod.ts";
import type { TabularModel } from "../../../envs/tabular_model.ts";
import { boxOf, type Shape, shapesOf } from "./recorder.ts";

const known = (id: string) => rendererOf(id) ?? observationRenderer;

/** Scenes of all kinds: draws from the whole spaces, and an episode of random actions. */
function scenesOf(environment: Environment, count: number): Scene[] {
  const { observationSpace, actionSpace } = environment;
  observationSpace.seed(1);
  actionSpace.seed(2);
  const copy = <T>(value: T): T => structuredClone(value);
  const scenes: Scene[] = Array.from({ length: count }, () => ({
    observation: copy(observationSpace.sample()),
    action: copy(actionSpace.sample()),
    reward: -1,
    options: {},
  }));
  const { observation } = environment.reset({ seed: 3 });
  scenes.push({ observation: copy(observation), action: null, reward: 0, options: {} });
  for (let i = 0, ended = false; i < count && !ended; i++) {
    const action = copy(actionSpace.sample());
    const { observation, reward, terminated, truncated } = environment.step(action);
    scenes.push({ observation: copy(observation), action, reward, options: {} });
    ended = terminated || truncated;
  }
  return scenes;
}

Deno.test("every built-in environment has a renderer, and no other name has", () => {
  for (const { id } of builtin) assert(rendererOf(id), `${id} has none`);
  for (const id of ["", "CartPole", "Own-v0", "toString", "__proto__"]) {
    assertEquals(rendererOf(id), undefined);
  }
});

Deno.test("every scene is drawn inside the picture, whatever the observation and the action", () => {
  for (const { id } of builtin) {
    const renderer = known(id);
    assert(Number.isInteger(renderer.width) && Number.isInteger(renderer.height), `${id}: size`);
    for (const scene of scenesOf(make(id), 60)) {
      const shapes = shapesOf(renderer, scene);
      assertEquals(shapes[0].kind, "clear", id);
      for (const shape of shapes) {
        if (shape.kind !== "clear") {
          assertInside(shape, renderer, `${id}: ${renderer.describe(scene)}`);
        }
      }
    }
  }
});

function assertInside(
  shape: Exclude<Shape, { kind: "clear" }>,
  { width, height }: Renderer,
  where: string,
): void {
  for (const [x, y] of boxOf(shape)) {
    const isInside = x >= -1e-9 && x <= width + 1e-9 && y >= -1e-9 && y <= height + 1e-9;
    assert(isInside, `${where}: ${JSON.stringify(shape)} leaves ${width} x ${height}`);
  }
}

Deno.test("every scene is described in one line of plain words", () => {
  for (const { id } of builtin) {
    for (const scene of scenesOf(make(id), 60)) {
      const line = known(id).describe(scene);
      assert(/^[ -~]{5,120}$/.test(line), `${id}: ${JSON.stringify(line)}`);
      assert(!/undefined|NaN|null|(^|\s)-0(\.0+)?(\s|,|$)/.test(line), `${id}: ${line}`);
    }
  }
});

Deno.test("a description says where things are and what the agent did", () => {
  const described = (id: string, parts: Partial<Scene>) =>
    known(id).describe({ observation: 0, action: null, reward: 0, options: {}, ...parts });
  const lines: readonly (readonly [string, Partial<Scene>, string])[] = [
    [
      "CartPole-v1",
      { observation: Float32Array.of(0.02, 0, 0.0227, 0), action: 0 },
      "cart at 0.02 m, pole at 1.3 degrees, pushed left",
    ],
    [
      "MountainCar-v0",
      { observation: Float32Array.of(-0.5, 0.01), action: 2 },
      "car at -0.50, velocity 0.010, engine to the right",
    ],
    [
      "MountainCarContinuous-v0",
      { observation: Float32Array.of(-0.5, 0), action: Float32Array.of(7) },
      "car at -0.50, velocity 0.000, force 1.00",
    ],
    [
      "Pendulum-v1",
      { observation: Float32Array.of(0, 1, -2), action: Float32Array.of(-5) },
      "pendulum 90 degrees from upright, turning at -2.00 rad/s, torque -2.00 N m",
    ],
    [
      "Acrobot-v1",
      { observation: Float32Array.of(-1, 0, 1, 0, 0, 0), action: 1 },
      "upper link 180 degrees from hanging, lower link 0 degrees from the upper, " +
      "end 2.00 m above the joint, no torque",
    ],
    [
      "FrozenLake-v1",
      { observation: 5, action: 2 },
      "row 2, column 2, in a hole, meant to move right",
    ],
    [
      "FrozenLake-v1",
      { observation: 3, options: { desc: ["SF", "FG"] } },
      "row 2, column 2, at the goal",
    ],
    [
      "Taxi-v4",
      { observation: ((3 * 5 + 1) * 5 + 4) * 4 + 2, action: 0, reward: -1 },
      "taxi in row 4, column 2, passenger aboard, destination Y, drove south",
    ],
    [
      "Taxi-v4",
      { observation: 0, action: 5, reward: -10 },
      "taxi in row 1, column 1, passenger at R, destination R, dropped off nobody",
    ],
    [
      "Blackjack-v1",
      { observation: Int32Array.of(19, 1, 1), action: 0, reward: -1 },
      "hand of 19 with a usable ace, dealer shows an ace, stuck, lost",
    ],
    [
      "CliffWalking-v1",
      { observation: 47, action: 2 },
      "row 4, column 12, the goal, meant to move down",
    ],
    ["RandomWalk19-v0", { observation: 19 }, "in state S of A to S"],
    ["Gambler-v0", { observation: 40, action: 9 }, "capital 40 of 100, staked up to 10"],
    [
      "MaximizationBias-v0",
      { observation: 2, action: 3, reward: -0.5 },
      "at the end on the left, reward -0.50",
    ],
    ["ShortCorridor-v0", { action: 1 }, "in one of three cells that look alike, chose right"],
    [
      "Own-v0",
      { observation: Float32Array.of(0.1, 2), action: Float32Array.of(-0.25), reward: 1 },
      "observation 0.1000 2, action -0.2500, reward 1.00",
    ],
  ];
  for (const [id, parts, line] of lines) assertEquals(described(id, parts), line);
});

const still = { action: null, reward: 0, options: {} } as const;

/** In which cells of a grid something of this colour has its middle. */
function cellsOf(
  shapes: readonly Shape[],
  { rows, columns, width, height }: {
    rows: number;
    columns: number;
    width: number;
    height: number;
  },
  fill: string,
): number[] {
  const cells = shapes.flatMap((shape) => {
    if (shape.kind !== "circle" && shape.kind !== "polygon") return [];
    if (shape.style.fill !== fill) return [];
    const box = boxOf(shape);
    const middle = (axis: 0 | 1) =>
      (Math.min(...box.map((p) => p[axis])) + Math.max(...box.map((p) => p[axis]))) / 2;
    return [
      Math.floor(middle(1) / height * rows) * columns + Math.floor(middle(0) / width * columns),
    ];
  });
  return [...new Set(cells)].sort((a, b) => a - b);
}

/** The outcomes of an action in a state. */
function outcomes({ offsets, next, reward, actions }: TabularModel, state: number, action: number) {
  const row = state * actions + action;
  return Array.from({ length: offsets[row + 1] - offsets[row] }, (_, i) => ({
    next: next[offsets[row] + i],
    reward: reward[offsets[row] + i],
  }));
}

Deno.test("FrozenLake's holes and goal are where the environment has them, on any map", () => {
  const cases = [
    ["FrozenLake-v1", {}, 4],
    ["FrozenLake8x8-v1", {}, 8],
    ["FrozenLake-v1", { mapName: "8x8" }, 8],
    ["FrozenLake-v1", { desc: ["SFH", "HFF", "FFG"] }, 3],
  ] as const;
  for (const [id, options, size] of cases) {
    const renderer = known(id);
    const shapes = shapesOf(renderer, { ...still, observation: 0, options });
    const grid = { rows: size, columns: size, width: renderer.width, height: renderer.height };
    const model = make(id, options).unwrapped.model!;
    const cells = Array.from({ length: size * size }, (_, cell) => cell);
    // What ends the episode leads to itself; the goal is where the one reward is paid.
    const ends = cells.filter((cell) =>
      [0, 1, 2, 3].every((action) =>
        outcomes(model, cell, action).every(({ next, reward }) => next === cell && reward === 0)
      )
    );
    const goals = new Set(
      cells.flatMap((cell) =>
        [0, 1, 2, 3].flatMap((action) =>
          outcomes(model, cell, action).filter(({ reward }) => reward === 1).map(({ next }) => next)
        )
      ),
    );
    assertEquals(cellsOf(shapes, grid, "#005f87"), ends.filter((cell) => !goals.has(cell)), id);
    assertEquals(cellsOf(shapes, grid, "#009e73"), [...goals], id);
  }
});

Deno.test("Taxi's walls are where the environment blocks the way", () => {
  const renderer = known("Taxi-v4");
  const shapes = shapesOf(renderer, { ...still, observation: 0 });
  const size = 78;
  const drawn = shapes.flatMap((shape) => {
    if (shape.kind !== "line" || shape.style.stroke !== "#222222") return [];
    const [[x, y]] = shape.points;
    return [Math.round((y - 5) / size) * 5 + Math.round((x - 5) / size) - 1];
  });
  const model = make("Taxi-v4").unwrapped.model!;
  const blocked = Array.from({ length: 25 }, (_, cell) => cell).filter((cell) =>
    cell % 5 < 4 && outcomes(model, cell * 20, 2)[0].next === cell * 20
  );
  assertEquals(drawn.sort((a, b) => a - b), blocked);
});

Deno.test("CliffWalking's cliff is where the environment sends the agent back", () => {
  const renderer = known("CliffWalking-v1");
  const shapes = shapesOf(renderer, { ...still, observation: 0 });
  const grid = { rows: 4, columns: 12, width: renderer.width, height: renderer.height };
  const model = make("CliffWalking-v1").unwrapped.model!;
  const above = Array.from({ length: 12 }, (_, column) => 24 + column);
  const deadly = above.filter((cell) => outcomes(model, cell, 2)[0].reward === -100);
  assertEquals(cellsOf(shapes, grid, "#005f87"), deadly.map((cell) => cell + 12));
});

Deno.test("WindyGridworld's numbers are the rows that its wind carries the agent", () => {
  const shapes = shapesOf(known("WindyGridworld-v0"), { ...still, observation: 0 });
  const numbers = shapes.flatMap((shape) =>
    shape.kind === "text" && /^\d$/.test(shape.text) ? [Number(shape.text)] : []
  );
  const model = make("WindyGridworld-v0").unwrapped.model!;
  const carried = Array.from({ length: 10 }, (_, column) => {
    // A step down from the row above the last would stay there but for the wind.
    const from = 50 + column;
    return 6 - Math.floor(outcomes(model, from, 2)[0].next / 10);
  });
  assertEquals(numbers, carried);
});

Deno.test("Gridworld5x5's arrows lead where its two cells lead, and say what they pay", () => {
  const renderer = known("Gridworld5x5-v0");
  const model = make("Gridworld5x5-v0").unwrapped.model!;
  for (const [cell, name] of [[1, "A"], [3, "B"]] as const) {
    const [{ next, reward }] = outcomes(model, cell, 0);
    assertEquals(
      renderer.describe({ ...still, observation: cell }),
      `row 1, column ${cell + 1}, cell ${name}, which pays +${reward}`,
    );
    const grid = { rows: 5, columns: 5, width: renderer.width, height: renderer.height };
    assert(
      cellsOf(shapesOf(renderer, { ...still, observation: 0 }), grid, "#dadada").includes(next),
    );
  }
});

/** The middle of the box around the shapes of this colour. */
function middleOf(shapes: readonly Shape[], fill: string): readonly [number, number] {
  const points = shapes.flatMap((shape) =>
    shape.kind !== "clear" && "fill" in shape.style && shape.style.fill === fill ? boxOf(shape) : []
  );
  const axis = (i: 0 | 1) =>
    (Math.min(...points.map((p) => p[i])) + Math.max(...points.map((p) => p[i]))) / 2;
  return [axis(0), axis(1)];
}

Deno.test("what moves is drawn on the side on which it is", () => {
  const agent = "#e69f00";
  const at = (id: string, ...observation: number[]) =>
    middleOf(
      shapesOf(known(id), { ...still, observation: Float32Array.from(observation) }),
      agent,
    );
  // CartPole: positions and angles are positive to the right.
  assert(at("CartPole-v1", 1, 0, 0, 0)[0] > at("CartPole-v1", -1, 0, 0, 0)[0]);
  assert(at("CartPole-v1", 0, 0, 0.2, 0)[0] > at("CartPole-v1", 0, 0, -0.2, 0)[0]);
  // Pendulum: upright at 0, to the left at a quarter turn, as angles grow anticlockwise.
  assert(at("Pendulum-v1", 1, 0, 0)[1] < 200);
  assert(at("Pendulum-v1", 0, 1, 0)[0] < 200);
  // Acrobot: hanging at 0, to the right at a quarter turn.
  assert(at("Acrobot-v1", 1, 0, 1, 0, 0, 0)[1] > 200);
  assert(at("Acrobot-v1", 0, 1, 1, 0, 0, 0)[0] > 200);
  // MountainCar: the deepest point is at -pi / 6.
  assert(at("MountainCar-v0", 0.5, 0)[0] > at("MountainCar-v0", -0.5, 0)[0]);
  assert(at("MountainCar-v0", -Math.PI / 6, 0)[1] > at("MountainCar-v0", -1, 0)[1]);
});

Deno.test("an arrow points where the action pushes, and none is drawn for no action", () => {
  const arrow = (id: string, observation: number[], action: number | Float32Array | null) =>
    middleOf(
      shapesOf(known(id), {
        ...still,
        observation: Float32Array.from(observation),
        action,
      }),
      "#0072b2",
    )[0];
  assert(arrow("CartPole-v1", [0, 0, 0, 0], 0) < 200);
  assert(arrow("CartPole-v1", [0, 0, 0, 0], 1) > 200);
  assert(Number.isNaN(arrow("CartPole-v1", [0, 0, 0, 0], null)));
  const bottom = -Math.PI / 6;
  const car = arrow("MountainCar-v0", [bottom, 0], 2);
  assert(car > arrow("MountainCar-v0", [bottom, 0], 0));
  assert(Number.isNaN(arrow("MountainCar-v0", [bottom, 0], 1)));
  assertEquals(arrow("MountainCarContinuous-v0", [bottom, 0], Float32Array.of(9)), car);
});

Deno.test("a motor's arrow turns as its torque does", () => {
  const arrow = (id: string, observation: number[], action: number | Float32Array) =>
    middleOf(
      shapesOf(known(id), { ...still, observation: Float32Array.from(observation), action }),
      "#0072b2",
    )[0];
  // Positive torques turn anticlockwise: over the joint, to the left.
  assert(arrow("Pendulum-v1", [1, 0, 0], Float32Array.of(1)) < 199);
  assert(arrow("Pendulum-v1", [1, 0, 0], Float32Array.of(-1)) > 201);
  assert(arrow("Acrobot-v1", [1, 0, 1, 0, 0, 0], 2) < 199);
  assert(arrow("Acrobot-v1", [1, 0, 1, 0, 0, 0], 0) > 201);
});

Deno.test("the agent's arrow points where its move leads", () => {
  const arrows = ["↖", "↑", "↗", "←", "", "→", "↙", "↓", "↘"];
  const cases = [
    // Cells in the middle of a grid, without wind.
    ["FrozenLake-v1", { isSlippery: false }, 4, 9, 4],
    ["CliffWalking-v1", {}, 12, 14, 4],
    ["WindyGridworld-v0", { kingMoves: true }, 10, 31, 8],
    ["Gridworld4x4-v0", {}, 4, 5, 4],
    ["Gridworld5x5-v0", {}, 5, 12, 4],
  ] as const;
  for (const [id, options, columns, cell, actions] of cases) {
    const model = make(id, options).unwrapped.model!;
    for (let action = 0; action < actions; action++) {
      const [{ next }] = outcomes(model, cell, action);
      const down = Math.floor(next / columns) - Math.floor(cell / columns);
      const right = next % columns - cell % columns;
      const texts = shapesOf(known(id), { ...still, observation: next, action, options })
        .flatMap((shape) => shape.kind === "text" ? [shape.text] : []);
      assert(texts.includes(arrows[3 * (down + 1) + right + 1]), `${id}: action ${action}`);
    }
  }
});

Deno.test("ends, goals and limits are those of the environment", () => {
  const texts = (id: string) =>
    shapesOf(known(id), { ...still, observation: 1 })
      .flatMap((shape) => shape.kind === "text" && /\d/.test(shape.text) ? [shape.text] : []);
  for (const [id, length] of [["RandomWalk5-v0", 5], ["RandomWalk19-v0", 19]] as const) {
    const model = make(id).unwrapped.model!;
    const paid = (from: number, to: number) =>
      outcomes(model, from, 0).find(({ next }) => next === to)!.reward;
    assertEquals(texts(id).map(Number), [paid(1, 0), paid(length, length + 1)]);
  }
  // The flags of the mountain cars are at 0.5 and 0.45, on a picture of 340 units for 1.8.
  const flag = (id: string) =>
    middleOf(
      shapesOf(known(id), { ...still, observation: Float32Array.of(-0.5, 0) }),
      "#009e73",
    )[0];
  const apart = flag("MountainCar-v0") - flag("MountainCarContinuous-v0");
  assertEquals(apart.toFixed(6), (0.05 * 340 / 1.8).toFixed(6));
  // In Blackjack 21 is no loss, and 22 is.
  const isRed = (sum: number) =>
    shapesOf(known("Blackjack-v1"), { ...still, observation: Int32Array.of(sum, 10, 0) })
      .some((shape) => shape.kind === "polygon" && shape.style.fill === "#d55e00");
  assertEquals([isRed(21), isRed(22)], [false, true]);
});

Deno.test("what has no renderer is shown as its numbers", () => {
  const texts = (observation: Float32Array) =>
    shapesOf(observationRenderer, { ...still, observation }).flatMap((shape) =>
      shape.kind === "text" ? [shape.text] : []
    );
  assertEquals(texts(Float32Array.of(1.5, -2)), [
    "observation 0: 1.500",
    "observation 1: -2",
    "start",
  ]);
  assertEquals(texts(new Float32Array(10)).slice(-2), ["and 2 more", "start"]);
});

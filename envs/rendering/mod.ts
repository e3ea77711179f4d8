/**
 * Pictures of environments. A renderer draws a scene (observation, action, reward) on a surface: a
 * canvas, or the characters of a terminal. No environment knows of its picture: results do not depend
 * on this folder.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { make } from "../make.ts";
 *
 * const { observation } = make("CartPole-v1").reset({ seed: 1 });
 * const scene = { observation, action: null, reward: 0, options: {} };
 * const renderer = rendererOf("CartPole-v1") ?? observationRenderer;
 * assertEquals(renderer.describe(scene), "cart at 0.00 m, pole at -2.0 degrees");
 * ```
 *
 * @module
 */
import { acrobotRenderer } from "./acrobot.ts";
import { blackjackRenderer } from "./blackjack.ts";
import { cartPoleRenderer } from "./cart_pole.ts";
import { frozenLake8x8Renderer, frozenLakeRenderer } from "./frozen_lake.ts";
import { gamblerRenderer } from "./gambler.ts";
import {
  cliffWalkingRenderer,
  gridworld4x4Renderer,
  gridworld5x5Renderer,
  windyGridworldRenderer,
} from "./gridworld.ts";
import { maximizationBiasRenderer } from "./maximization_bias.ts";
import { mountainCarContinuousRenderer, mountainCarRenderer } from "./mountain_car.ts";
import { pendulumRenderer } from "./pendulum.ts";
import { randomWalk19Renderer, randomWalk5Renderer } from "./random_walk.ts";
import { shortCorridorRenderer } from "./short_corridor.ts";
import type { Renderer } from "./surface.ts";
import { taxiRenderer } from "./taxi.ts";

export { type CanvasContext, canvasSurface } from "./canvas.ts";
export { observationRenderer } from "./observation.ts";
export * from "./surface.ts";
export { type TerminalSurface, terminalSurface } from "./terminal.ts";

const renderers: ReadonlyMap<string, Renderer> = new Map([
  ["FrozenLake-v1", frozenLakeRenderer],
  ["FrozenLake8x8-v1", frozenLake8x8Renderer],
  ["CliffWalking-v1", cliffWalkingRenderer],
  ["CliffWalkingSlippery-v1", cliffWalkingRenderer],
  ["Taxi-v4", taxiRenderer],
  ["Blackjack-v1", blackjackRenderer],
  ["CartPole-v0", cartPoleRenderer],
  ["CartPole-v1", cartPoleRenderer],
  ["MountainCar-v0", mountainCarRenderer],
  ["MountainCarContinuous-v0", mountainCarContinuousRenderer],
  ["Acrobot-v1", acrobotRenderer],
  ["Pendulum-v1", pendulumRenderer],
  ["RandomWalk5-v0", randomWalk5Renderer],
  ["RandomWalk19-v0", randomWalk19Renderer],
  ["Gridworld4x4-v0", gridworld4x4Renderer],
  ["Gridworld5x5-v0", gridworld5x5Renderer],
  ["WindyGridworld-v0", windyGridworldRenderer],
  ["Gambler-v0", gamblerRenderer],
  ["MaximizationBias-v0", maximizationBiasRenderer],
  ["ShortCorridor-v0", shortCorridorRenderer],
]);

/** The renderer of the environment with this id; undefined if it has none. */
export function rendererOf(id: string): Renderer | undefined {
  return renderers.get(id);
}

/** The list of all environments that come with Seedbed: a new one is added here. */
import { acrobot } from "./classic_control/acrobot.ts";
import { cartPole, cartPoleV0 } from "./classic_control/cart_pole.ts";
import { mountainCar } from "./classic_control/mountain_car.ts";
import { mountainCarContinuous } from "./classic_control/mountain_car_continuous.ts";
import { pendulum } from "./classic_control/pendulum.ts";
import type { EnvironmentSpec } from "./environment.ts";
import { gambler } from "./sutton_barto/gambler.ts";
import { gridworld4x4, gridworld5x5 } from "./sutton_barto/gridworld.ts";
import { maximizationBias } from "./sutton_barto/maximization_bias.ts";
import { randomWalk19, randomWalk5 } from "./sutton_barto/random_walk.ts";
import { shortCorridor } from "./sutton_barto/short_corridor.ts";
import { windyGridworld } from "./sutton_barto/windy_gridworld.ts";
import { blackjack } from "./toy_text/blackjack.ts";
import { cliffWalking, cliffWalkingSlippery } from "./toy_text/cliff_walking.ts";
import { frozenLake, frozenLake8x8 } from "./toy_text/frozen_lake.ts";
import { taxi } from "./toy_text/taxi.ts";

/** The built-in environments. */
export const builtin: readonly EnvironmentSpec[] = [
  frozenLake,
  frozenLake8x8,
  cliffWalking,
  cliffWalkingSlippery,
  taxi,
  blackjack,
  cartPoleV0,
  cartPole,
  mountainCar,
  mountainCarContinuous,
  acrobot,
  pendulum,
  randomWalk5,
  randomWalk19,
  gridworld4x4,
  gridworld5x5,
  windyGridworld,
  gambler,
  maximizationBias,
  shortCorridor,
];

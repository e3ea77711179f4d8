/**
 * Loads the ground truth recorded from the real Gymnasium and NumPy (see README.md in this folder).
 * The files are imported, not read, so that the tests need no permission.
 */
const files = {
  acrobot: () => import("./acrobot.json.gz", { with: { type: "bytes" } }),
  acrobot_nips: () => import("./acrobot_nips.json.gz", { with: { type: "bytes" } }),
  acrobot_torque_noise: () => import("./acrobot_torque_noise.json.gz", { with: { type: "bytes" } }),
  blackjack: () => import("./blackjack.json.gz", { with: { type: "bytes" } }),
  blackjack_natural: () => import("./blackjack_natural.json.gz", { with: { type: "bytes" } }),
  blackjack_plain: () => import("./blackjack_plain.json.gz", { with: { type: "bytes" } }),
  cartpole: () => import("./cartpole.json.gz", { with: { type: "bytes" } }),
  cartpole_sutton_barto: () => import("./cartpole_sutton_barto.json.gz", { with: { type: "bytes" } }),
  cliff_walking: () => import("./cliff_walking.json.gz", { with: { type: "bytes" } }),
  cliff_walking_slippery: () => import("./cliff_walking_slippery.json.gz", { with: { type: "bytes" } }),
  elementary: () => import("./elementary.json.gz", { with: { type: "bytes" } }),
  frozen_lake8x8_registered: () => import("./frozen_lake8x8_registered.json.gz", { with: { type: "bytes" } }),
  frozen_lake_4x4_not_slippery: () => import("./frozen_lake_4x4_not_slippery.json.gz", { with: { type: "bytes" } }),
  frozen_lake_4x4_slippery: () => import("./frozen_lake_4x4_slippery.json.gz", { with: { type: "bytes" } }),
  frozen_lake_8x8_slippery: () => import("./frozen_lake_8x8_slippery.json.gz", { with: { type: "bytes" } }),
  frozen_lake_maps: () => import("./frozen_lake_maps.json.gz", { with: { type: "bytes" } }),
  frozen_lake_success_rate: () => import("./frozen_lake_success_rate.json.gz", { with: { type: "bytes" } }),
  generator_edges: () => import("./generator_edges.json.gz", { with: { type: "bytes" } }),
  mountain_car: () => import("./mountain_car.json.gz", { with: { type: "bytes" } }),
  mountain_car_continuous: () => import("./mountain_car_continuous.json.gz", { with: { type: "bytes" } }),
  mountain_car_continuous_goal_velocity: () => import("./mountain_car_continuous_goal_velocity.json.gz", { with: { type: "bytes" } }),
  mountain_car_goal_velocity: () => import("./mountain_car_goal_velocity.json.gz", { with: { type: "bytes" } }),
  numpy_ziggurat_tables: () => import("./numpy_ziggurat_tables.json.gz", { with: { type: "bytes" } }),
  pendulum: () => import("./pendulum.json.gz", { with: { type: "bytes" } }),
  pendulum_g981: () => import("./pendulum_g981.json.gz", { with: { type: "bytes" } }),
  random_state: () => import("./random_state.json.gz", { with: { type: "bytes" } }),
  rng: () => import("./rng.json.gz", { with: { type: "bytes" } }),
  single_step: () => import("./single_step.json.gz", { with: { type: "bytes" } }),
  spaces: () => import("./spaces.json.gz", { with: { type: "bytes" } }),
  taxi: () => import("./taxi.json.gz", { with: { type: "bytes" } }),
  taxi_fickle: () => import("./taxi_fickle.json.gz", { with: { type: "bytes" } }),
  taxi_rainy: () => import("./taxi_rainy.json.gz", { with: { type: "bytes" } }),
  taxi_rainy_fickle_tuned: () => import("./taxi_rainy_fickle_tuned.json.gz", { with: { type: "bytes" } }),
  vector: () => import("./vector.json.gz", { with: { type: "bytes" } }),
} as const;

/** The name of one golden file, without its ending. */
export type GoldenName = keyof typeof files;

/** The names of all golden files. */
export const goldenNames = Object.keys(files) as readonly GoldenName[];

/**
 * Reads one golden file.
 *
 * @param name the file's name without `.json.gz`
 * @returns the parsed JSON; its layout is described in README.md beside this file
 */
// deno-lint-ignore no-explicit-any -- recorded data of many layouts; each test knows its own
export async function loadGolden(name: GoldenName): Promise<any> {
  const { default: bytes } = await files[name]();
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

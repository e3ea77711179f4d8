/** An environment whose rewards are text. */
import cliffWalking from "../../../docs/examples/corridor.ts";
import type { EnvironmentSpec } from "../../../envs/environment.ts";

const brokenWorld: EnvironmentSpec = {
  ...cliffWalking as EnvironmentSpec,
  id: "Broken-v0",
  module: import.meta.url,
  create(options) {
    const environment = (cliffWalking as EnvironmentSpec).create(options);
    const step = environment.step.bind(environment);
    environment.step = (action) => ({ ...step(action), reward: "-1" as unknown as number });
    return environment;
  },
};

export default brokenWorld;

/** The suite of prediction: how is a value updated, from whole returns or from the next estimate? */
import { seedsUpTo, type Suite } from "../suite.ts";
import { nStepEntry, predictionEntries, tdLambdaEntry } from "./prediction_entries.ts";

/** Monte-Carlo against TD against what lies between. */
export const prediction: Suite = {
  name: "prediction",
  description: "Monte-Carlo, TD(0), n-step TD and TD(lambda) on Sutton & Barto's random walks.",
  seeds: seedsUpTo(100),
  evaluation: { curvePoints: 100, curveEpisodes: 0, finalEpisodes: 0 },
  blocks: [
    {
      environments: [{ id: "RandomWalk5-v0" }],
      entries: predictionEntries,
      budget: () => 100,
    },
    {
      environments: [{ id: "RandomWalk19-v0" }],
      entries: [
        ...predictionEntries,
        ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512].map(nStepEntry),
        ...[0, 0.4, 0.8, 0.9, 0.95, 0.975, 0.99, 1].map(tdLambdaEntry),
      ],
      budget: () => 10,
    },
  ],
};

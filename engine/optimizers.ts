/**
 * Optimizers as ordinary tfjs functions: they compute the new value of every parameter from its
 * gradient and assign it. Called in a recorded function they become part of the program; called
 * eagerly they work as well. They hold nothing: what they remember is declared state, so that it is
 * saved and restored with the parameters.
 *
 * Each parameter goes through the same elementwise chain with the same scalars, so that the chains
 * can run as one sweep over all parameters. Scalars that depend on the step are computed once.
 */
import * as tf from "@tensorflow/tfjs-core";
import { log } from "../math/math.ts";
import type { TensorSpec } from "./program/tensor_spec.ts";

/** The shapes of parameters by name: what a state is declared with will do. */
export type ParameterSpecs = Readonly<Record<string, TensorSpec>>;

/** State that an optimizer needs: shapes, and the value that all elements start with. */
export type OptimizerState = Readonly<Record<string, TensorSpec & { readonly values: number }>>;

/** The variables of a program, by the names of its states. */
export type Variables = Readonly<Record<string, tf.Variable>>;

/** Gradients by the names of their parameters, as `tf.variableGrads` gives them. */
export type Gradients = Readonly<Record<string, tf.Tensor>>;

/** What every optimizer is told. */
export interface OptimizerOptions {
  /** The step size; a tensor, usually an input of the program, when it follows a schedule. */
  readonly learningRate: tf.Scalar | number;
  /** Prefix of the names of the optimizer's state; needed where one state serves two optimizers. */
  readonly name?: string;
}

/** What `sgd` is told. */
export interface SgdOptions extends OptimizerOptions {
  /** Part of the last step that is kept; 0, the default, needs no state. */
  readonly momentum?: number;
}

/** The state of `sgd` with momentum. */
export function sgdState(parameters: ParameterSpecs, name = "sgd"): OptimizerState {
  return statePerParameter(parameters, `${name}.step`, 0);
}

/**
 * Stochastic gradient descent with momentum in PyTorch's meaning (Sutskever et al. 2013, with the
 * learning rate outside: `torch.optim.SGD` without dampening):
 *
 *     b <- momentum b + g
 *     p <- p - learningRate b
 *
 * @throws RangeError if a parameter or its state is not among the variables
 */
export function sgd(
  variables: Variables,
  gradients: Gradients,
  { learningRate, momentum = 0, name = "sgd" }: SgdOptions,
): void {
  tf.tidy(() => {
    for (const [parameter, gradient] of Object.entries(gradients)) {
      const p = variable(variables, parameter);
      let step = gradient;
      if (momentum !== 0) {
        const b = variable(variables, `${name}.step.${parameter}`);
        step = tf.add(tf.mul(b, momentum), gradient);
        b.assign(step);
      }
      p.assign(tf.sub(p, tf.mul(step, learningRate)));
    }
  });
}

/** What `adam` is told. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of the gradients; 0.9 if left out. */
  readonly beta1?: number;
  /** Decay of the mean of their squares; 0.999 if left out. */
  readonly beta2?: number;
  /** Added to the root; 1e-8 if left out. */
  readonly epsilon?: number;
}

/** The state of `adam`: the means of gradients and of their squares, and the number of steps done. */
export function adamState(parameters: ParameterSpecs, name = "adam"): OptimizerState {
  return {
    ...statePerParameter(parameters, `${name}.mean`, 0),
    ...statePerParameter(parameters, `${name}.variance`, 0),
    [`${name}.step`]: { shape: [], values: 0 },
  };
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), epsilon outside the root and after the bias correction as
 * in `torch.optim.Adam`:
 *
 *     m <- m + (1 - beta1) (g - m)              c1 = 1 - beta1^t
 *     v <- beta2 v + (1 - beta2) g^2            c2 = 1 - beta2^t
 *     p <- p - learningRate (m / c1) / (sqrt(v / c2) + epsilon)
 *
 * computed in the order of the end of their section 2, which needs one division per element:
 *
 *     p <- p - (learningRate sqrt(c2) / c1) m / (sqrt(v) + epsilon sqrt(c2))
 *
 * `1 - beta^t` is `-expm1(t ln beta)`, which float32 gives to a few units in the last place at
 * every t; a running product of beta would lose a part in 10^5 over a thousand steps. The step t is
 * counted in float32, exactly up to 2^24 steps; there it stays, and both corrections are long 1.
 *
 * @throws RangeError if a parameter or its state is not among the variables
 */
export function adam(
  variables: Variables,
  gradients: Gradients,
  { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, name = "adam" }: AdamOptions,
): void {
  tf.tidy(() => {
    const step = variable(variables, `${name}.step`);
    const t = tf.add(step, 1);
    step.assign(t);
    const root2 = tf.sqrt(biasCorrection(beta2, t));
    const scale = tf.div(tf.mul(root2, learningRate), biasCorrection(beta1, t));
    const scaledEpsilon = tf.mul(root2, epsilon);
    for (const [parameter, g] of Object.entries(gradients)) {
      const p = variable(variables, parameter);
      const m = variable(variables, `${name}.mean.${parameter}`);
      const v = variable(variables, `${name}.variance.${parameter}`);
      const mean = tf.add(m, tf.mul(tf.sub(g, m), 1 - beta1));
      const variance = tf.add(tf.mul(v, beta2), tf.mul(tf.mul(g, g), 1 - beta2));
      m.assign(mean);
      v.assign(variance);
      p.assign(
        tf.sub(p, tf.mul(tf.div(mean, tf.add(tf.sqrt(variance), scaledEpsilon)), scale)),
      );
    }
  });
}

/** 1 - beta^t. */
function biasCorrection(beta: number, t: tf.Tensor): tf.Tensor {
  return tf.neg(tf.expm1(tf.mul(t, log(beta))));
}

/** What both variants of RMSProp are told. */
export interface RmsPropOptions extends OptimizerOptions {
  /** Decay of the mean of the squared gradients; PyTorch has 0.99, TensorFlow 0.9. */
  readonly decay: number;
  /** What keeps the divisor from 0; PyTorch has 1e-8, TensorFlow 1e-10. */
  readonly epsilon: number;
}

/** The state of `rmsProp`: the means of the squared gradients, 0 at first. */
export function rmsPropState(parameters: ParameterSpecs, name = "rmsProp"): OptimizerState {
  return statePerParameter(parameters, `${name}.square`, 0);
}

/**
 * RMSProp in PyTorch's meaning (Tieleman & Hinton 2012; `torch.optim.RMSprop`), epsilon outside the
 * root:
 *
 *     v <- decay v + (1 - decay) g^2
 *     p <- p - learningRate g / (sqrt(v) + epsilon)
 *
 * @throws RangeError if a parameter or its state is not among the variables
 */
export function rmsProp(
  variables: Variables,
  gradients: Gradients,
  options: RmsPropOptions,
): void {
  const { epsilon } = options;
  rmsPropBy(variables, gradients, options, (square) => tf.add(tf.sqrt(square), epsilon));
}

/** The state of `rmsPropTensorFlow`: the means of the squared gradients, 1 at first. */
export function rmsPropTensorFlowState(
  parameters: ParameterSpecs,
  name = "rmsProp",
): OptimizerState {
  return statePerParameter(parameters, `${name}.square`, 1);
}

/**
 * RMSProp in TensorFlow's meaning (`tf.compat.v1.train.RMSPropOptimizer` without momentum), epsilon
 * inside the root. Its state starts at 1 (`rmsPropTensorFlowState`), which makes the first steps
 * small where PyTorch's are large.
 *
 *     v <- decay v + (1 - decay) g^2
 *     p <- p - learningRate g / sqrt(v + epsilon)
 *
 * @throws RangeError if a parameter or its state is not among the variables
 */
export function rmsPropTensorFlow(
  variables: Variables,
  gradients: Gradients,
  options: RmsPropOptions,
): void {
  const { epsilon } = options;
  rmsPropBy(variables, gradients, options, (square) => tf.sqrt(tf.add(square, epsilon)));
}

/** RMSProp with a divisor made from the mean of the squared gradients. */
function rmsPropBy(
  variables: Variables,
  gradients: Gradients,
  { learningRate, decay, name = "rmsProp" }: RmsPropOptions,
  divisor: (square: tf.Tensor) => tf.Tensor,
): void {
  tf.tidy(() => {
    for (const [parameter, g] of Object.entries(gradients)) {
      const p = variable(variables, parameter);
      const v = variable(variables, `${name}.square.${parameter}`);
      const square = tf.add(tf.mul(v, decay), tf.mul(tf.mul(g, g), 1 - decay));
      v.assign(square);
      p.assign(tf.sub(p, tf.mul(tf.div(g, divisor(square)), learningRate)));
    }
  });
}

/**
 * Scales all gradients by one factor so that their common norm is at most `maximum`, as
 * `torch.nn.utils.clip_grad_norm_` does (Pascanu et al. 2013, algorithm 1):
 *
 *     norm = sqrt(sum over all elements of g^2)
 *     g <- g min(1, maximum / (norm + 1e-6))
 *
 * If the norm is infinite or NaN, all gradients become NaN, so that divergence shows. PyTorch's
 * factor is 0 then, for finite gradients too if only the sum of their squares overflows.
 *
 * @returns the clipped gradients by name, and the norm before clipping
 * @throws RangeError if there are no gradients
 */
export function clipByGlobalNorm(
  gradients: Gradients,
  maximum: number,
): { readonly gradients: Record<string, tf.Tensor>; readonly norm: tf.Scalar } {
  const entries = Object.entries(gradients);
  if (entries.length === 0) throw new RangeError("clipByGlobalNorm: there are no gradients");
  return tf.tidy(() => {
    const squares = entries.map(([, g]) => tf.sum(tf.square(g)));
    const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square))) as tf.Scalar;
    const bounded = tf.minimum(tf.div(maximum, tf.add(norm, 1e-6)), 1);
    const factor = tf.add(bounded, tf.sub(norm, norm)); // plus 0, or NaN
    const clipped = entries.map(([name, g]) => [name, tf.mul(g, factor)] as const);
    return { gradients: Object.fromEntries(clipped), norm };
  });
}

/**
 * Moves targets towards their sources (Polyak & Juditsky 1992, with constant weights; Lillicrap et
 * al. 2016): `target <- (1 - rate) target + rate source`. At rate 1 it copies.
 *
 * @param pairs targets, each with the tensor that it follows
 * @param rate 0 to 1, often called tau
 */
export function polyakAverage(
  pairs: readonly (readonly [target: tf.Variable, source: tf.Tensor])[],
  rate: number,
): void {
  tf.tidy(() => {
    for (const [target, source] of pairs) {
      target.assign(tf.add(tf.mul(target, 1 - rate), tf.mul(source, rate)));
    }
  });
}

function statePerParameter(
  parameters: ParameterSpecs,
  prefix: string,
  values: number,
): OptimizerState {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => [`${prefix}.${name}`, { shape, values }]),
  );
}

function variable(variables: Variables, name: string): tf.Variable {
  const found = variables[name];
  if (found === undefined) {
    throw new RangeError(
      `optimizer: there is no variable "${name}"; declare the parameters and the optimizer's state`,
    );
  }
  return found;
}

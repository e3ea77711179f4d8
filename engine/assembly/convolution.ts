/**
 * 2-D convolution and its gradients as matrix products over the patches under the filter, one image
 * at a time so that the patches stay in the cache; and pooling. NHWC images, HWIO filters.
 */
import { fill } from "./copy";
import { matMulScratch, product } from "./mat_mul";
import { ACCUMULATE } from "./tiles";

// The words of a shape: the order of convolutionWords in kernels/kernels.ts.
let batch: usize = 0;
let height: i32 = 0;
let width: i32 = 0;
let channels: usize = 0;
let filterHeight: i32 = 0;
let filterWidth: i32 = 0;
let filters: usize = 0;
let outHeight: i32 = 0;
let outWidth: i32 = 0;
let strideHeight: i32 = 0;
let strideWidth: i32 = 0;
let padTop: i32 = 0;
let padLeft: i32 = 0;

function readShape(shape: usize): void {
  batch = load<u32>(shape);
  height = load<i32>(shape, 4);
  width = load<i32>(shape, 8);
  channels = load<u32>(shape, 12);
  filterHeight = load<i32>(shape, 16);
  filterWidth = load<i32>(shape, 20);
  filters = load<u32>(shape, 24);
  outHeight = load<i32>(shape, 28);
  outWidth = load<i32>(shape, 32);
  strideHeight = load<i32>(shape, 36);
  strideWidth = load<i32>(shape, 40);
  padTop = load<i32>(shape, 44);
  padLeft = load<i32>(shape, 48);
}

/** Elements of an image. */
function imageSize(): usize {
  return <usize> (height * width) * channels;
}

/** Pixels of an output image: rows of the patches. */
function pixels(): usize {
  return <usize> (outHeight * outWidth);
}

/** Elements under a filter: columns of the patches. */
function patchSize(): usize {
  return <usize> (filterHeight * filterWidth) * channels;
}

/** The filters, rounded up to whole vectors. */
function wholeFilters(): usize {
  return (filters + 3) & ~3;
}

export function conv2dScratch(shape: usize): usize {
  readShape(shape);
  const m = pixels();
  const k = patchSize();
  const n = wholeFilters();
  const forward = matMulScratch(m, n, k, false, false);
  const inputGradient = matMulScratch(m, k, n, false, true);
  const filterGradient = matMulScratch(k, n, m, true, false);
  const largest = max(forward, max(inputGradient, filterGradient));
  return ((m * k + m * n + k * n) << 2) + largest;
}

/** Copies the patches of an image to rows: [pixels, patchSize]. */
function toPatches(image: usize, patches: usize): void {
  const pixel = channels << 2;
  for (let i: i32 = 0; i < outHeight; i++) {
    for (let j: i32 = 0; j < outWidth; j++) {
      const left = j * strideWidth - padLeft;
      for (let u: i32 = 0; u < filterHeight; u++) {
        const y = i * strideHeight - padTop + u;
        for (let v: i32 = 0; v < filterWidth; v++, patches += pixel) {
          const x = left + v;
          if (y < 0 || y >= height || x < 0 || x >= width) {
            fill(patches, 0, channels);
          } else {
            const from = image + <usize> (y * width + x) * pixel;
            for (let c: usize = 0; c < pixel; c += 4) {
              store<u32>(patches + c, load<u32>(from + c));
            }
          }
        }
      }
    }
  }
}

/** Adds the patches to the pixels that they came from. */
function addPatches(patches: usize, image: usize): void {
  const pixel = channels << 2;
  for (let i: i32 = 0; i < outHeight; i++) {
    for (let j: i32 = 0; j < outWidth; j++) {
      const left = j * strideWidth - padLeft;
      for (let u: i32 = 0; u < filterHeight; u++) {
        const y = i * strideHeight - padTop + u;
        for (let v: i32 = 0; v < filterWidth; v++, patches += pixel) {
          const x = left + v;
          if (y < 0 || y >= height || x < 0 || x >= width) continue;
          const to = image + <usize> (y * width + x) * pixel;
          for (let c: usize = 0; c < pixel; c += 4) {
            store<f32>(to + c, load<f32>(to + c) + load<f32>(patches + c));
          }
        }
      }
    }
  }
}

export function conv2d(x: usize, filter: usize, out: usize, shape: usize, scratch: usize): void {
  readShape(shape);
  const m = pixels();
  const k = patchSize();
  const room = scratch + ((m * k) << 2);
  for (let i: usize = 0; i < batch; i++) {
    toPatches(x, scratch);
    product(scratch, filter, 0, out, m, filters, k, false, false, 0, room);
    x += imageSize() << 2;
    out += (m * filters) << 2;
  }
}

export function conv2dInputGradient(
  outputGradient: usize,
  filter: usize,
  out: usize,
  shape: usize,
  scratch: usize,
): void {
  readShape(shape);
  const m = pixels();
  const k = patchSize();
  const room = scratch + ((m * k) << 2);
  fill(out, 0, batch * imageSize());
  for (let i: usize = 0; i < batch; i++) {
    product(outputGradient, filter, 0, scratch, m, k, filters, false, true, 0, room);
    addPatches(scratch, out);
    outputGradient += (m * filters) << 2;
    out += imageSize() << 2;
  }
}

export function conv2dFilterGradient(
  x: usize,
  outputGradient: usize,
  out: usize,
  shape: usize,
  scratch: usize,
): void {
  readShape(shape);
  const m = pixels();
  const k = patchSize();
  const n = wholeFilters();
  const gradients = scratch + ((m * k) << 2);
  const sums = gradients + ((m * n) << 2);
  const room = sums + ((k * n) << 2);
  // An accumulating product wants whole vectors, so the gradients are widened with zeros.
  fill(gradients, 0, m * n);
  fill(sums, 0, k * n);
  for (let i: usize = 0; i < batch; i++) {
    toPatches(x, scratch);
    copyRows(outputGradient, gradients, m, filters, n, filters);
    product(scratch, gradients, 0, sums, k, n, m, true, false, ACCUMULATE, room);
    x += imageSize() << 2;
    outputGradient += (m * filters) << 2;
  }
  copyRows(sums, out, k, n, filters, filters);
}

/** Copies the first columns of the rows of one matrix to another of another width. */
function copyRows(
  from: usize,
  to: usize,
  rows: usize,
  widthFrom: usize,
  widthTo: usize,
  columns: usize,
): void {
  for (let i: usize = 0; i < rows; i++, from += widthFrom << 2, to += widthTo << 2) {
    for (let j: usize = 0; j < columns << 2; j += 4) store<u32>(to + j, load<u32>(from + j));
  }
}

/** Address of the first largest (or NaN) element of a window of one channel. */
function largestOf(image: usize, i: i32, j: i32, channel: usize): usize {
  const firstY = i * strideHeight - padTop;
  const firstX = j * strideWidth - padLeft;
  let best: f32 = -Infinity;
  let place: usize = 0;
  for (let y = max(0, firstY); y < min(height, firstY + filterHeight); y++) {
    for (let x = max(0, firstX); x < min(width, firstX + filterWidth); x++) {
      const address = image + ((<usize> (y * width + x) * channels + channel) << 2);
      const value = load<f32>(address);
      if (value !== value) return address;
      if (!place || value > best) {
        best = value;
        place = address;
      }
    }
  }
  return place;
}

export function maxPool(x: usize, out: usize, shape: usize): void {
  readShape(shape);
  for (let b: usize = 0; b < batch; b++, x += imageSize() << 2) {
    for (let i: i32 = 0; i < outHeight; i++) {
      for (let j: i32 = 0; j < outWidth; j++) {
        for (let c: usize = 0; c < channels; c++, out += 4) {
          store<f32>(out, load<f32>(largestOf(x, i, j, c)));
        }
      }
    }
  }
}

export function maxPoolGradient(x: usize, outputGradient: usize, out: usize, shape: usize): void {
  readShape(shape);
  fill(out, 0, batch * imageSize());
  const shift = out - x;
  for (let b: usize = 0; b < batch; b++, x += imageSize() << 2) {
    for (let i: i32 = 0; i < outHeight; i++) {
      for (let j: i32 = 0; j < outWidth; j++) {
        for (let c: usize = 0; c < channels; c++, outputGradient += 4) {
          const to = largestOf(x, i, j, c) + shift;
          store<f32>(to, load<f32>(to) + load<f32>(outputGradient));
        }
      }
    }
  }
}

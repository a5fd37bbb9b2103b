import type { Recipe } from './recipe.js';

/** Recipes of widespread networks. */
export const presets = Object.freeze({
  /** Classifiers trained on ImageNet: torchvision's `ImageClassification(crop_size=224, resize_size=256)`. */
  imagenet: Object.freeze({
    resize: 256,
    crop: 224,
    interpolation: 'bilinear',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  }),
  /** OpenAI's CLIP with inputs of 224 × 224. */
  clip: Object.freeze({
    resize: 224,
    crop: 224,
    interpolation: 'bicubic',
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  }),
  /** Ultralytics' YOLO with inputs of 640 × 640, as for a batch: filled up on all sides. */
  yolo: Object.freeze({ letterbox: 640 }),
}) satisfies Readonly<Record<string, Recipe>>;

/** A name that takes the place of a recipe. */
export type PresetName = keyof typeof presets;
export const PRESET_NAMES = Object.keys(presets) as PresetName[];

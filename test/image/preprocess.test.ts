import { runtime, setThreads } from 'convkit';
import {
  centerCrop,
  compileRecipe,
  type Image,
  letterbox,
  preprocess,
  preprocessAsync,
  presets,
  type Recipe,
  recipeFromHuggingFace,
  resize,
  toTensor,
} from 'convkit/image';
import { afterEach, describe, expect, it } from 'vitest';
import { assertBackendTook } from '../support/backend.js';
import { noise } from './support.js';

assertBackendTook();

const { threads } = runtime();
afterEach(() => setThreads(threads));

const { mean, std } = presets.imagenet;

/** The steps one by one. */
function imagenet(image: Image) {
  return toTensor(centerCrop(resize(image, { size: 256 }), 224), { mean, std, outChannels: 3 });
}

/** Faster than vitest's comparison of a million values. */
function sameBits(a: Float32Array, b: Float32Array): boolean {
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

describe('preprocess', () => {
  it('gives what its steps give one by one, for images of any size', async () => {
    const images = [noise(301, 260, 3), noise(200, 400, 4), noise(256, 256, 1), noise(640, 360, 3)];
    const batch = preprocess(images, 'imagenet');
    expect(batch.shape).toEqual([4, 3, 224, 224]);
    images.forEach((image, i) => {
      const single = imagenet(image);
      const part = batch.data.subarray(i * single.size, (i + 1) * single.size);
      expect(sameBits(part, single.data)).toBe(true);
    });
    const later = await preprocessAsync(images, compileRecipe(presets.imagenet));
    expect(sameBits(later.data, batch.data)).toBe(true);
    const out = { data: new Float32Array(batch.size), shape: batch.shape };
    preprocess(images, presets.imagenet, { out });
    expect(sameBits(out.data, batch.data)).toBe(true);
    setThreads(1);
    expect(sameBits(preprocess(images, 'imagenet').data, batch.data)).toBe(true);
  });

  it('letterboxes', () => {
    const image = noise(90, 61, 3);
    const expected = toTensor(letterbox(image, { width: 64, height: 48, value: 7 }).image, { swapRedBlue: true });
    const recipe: Recipe = { letterbox: { width: 64, height: 48, value: 7 }, channels: 'BGR' };
    expect(preprocess(image, recipe)).toEqual(expected);
    expect(preprocess(image, 'yolo').shape).toEqual([3, 640, 640]);
  });

  it('fills letterboxes with 114 of 255, whatever the type', () => {
    const fillings = { uint8: 114, uint16: 29298, float32: Math.fround(114 / 255) } as const;
    for (const type of ['uint8', 'uint16', 'float32'] as const) {
      const wide = noise(64, 8, 3, type);
      const [first] = letterbox(wide, { width: 64, height: 64 }).image.data;
      expect(first).toBe(fillings[type]);
      const [value] = preprocess(wide, 'yolo').data;
      expect(value).toBeCloseTo(114 / 255, 6);
    }
    expect(letterbox(noise(64, 8, 3, 'uint16'), { width: 64, height: 64, value: 114 }).image.data[0]).toBe(114);
  });

  it('does only what the recipe says', () => {
    const image = noise(30, 20, 3);
    expect(preprocess(image, {})).toEqual(toTensor(image));
    expect(preprocess(image, { crop: 16, layout: 'NHWC' })).toEqual(
      toTensor(centerCrop(image, 16), { layout: 'NHWC' }),
    );
    expect(preprocess(image, { resize: { width: 8, height: 9 }, scale: 1 })).toEqual(
      toTensor(resize(image, { width: 8, height: 9 }), { scale: 1 }),
    );
    expect(preprocess(image, { resize: { shortest: 10 }, crop: 24 })).toEqual(
      toTensor(centerCrop(resize(image, { size: 10 }), 24)),
    );
    expect(preprocess(noise(9, 9, 1), { channels: 'grey', mean: 0.5 }).shape).toEqual([1, 9, 9]);
  });

  it('takes pixels of every type, each with its own scale', () => {
    const images = (['uint8', 'uint16', 'float32'] as const).map((type) => noise(20, 30, 3, type));
    const recipe: Recipe = { resize: 12, crop: 10, mean: 0.5 };
    const batch = preprocess(images, recipe);
    images.forEach((image, i) => {
      const single = toTensor(centerCrop(resize(image, { size: 12 }), 10), { mean: 0.5 });
      expect(batch.data.subarray(i * 300, (i + 1) * 300)).toEqual(single.data);
    });
  });

  it('says what is wrong', () => {
    const image = noise(30, 20, 3);
    const wrong =
      (recipe: unknown, images: unknown = image) =>
      () =>
        preprocess(images as Image, recipe as Recipe);
    expect(wrong('imagnet')).toThrow("Did you mean 'imagenet'?");
    expect(wrong(7)).toThrow('preprocess: recipe must be a recipe or one of imagenet, clip, yolo');
    expect(wrong({ resiz: 3 })).toThrow("recipe: unknown option 'resiz'. Did you mean 'resize'?");
    expect(wrong({ resize: { width: 3 } })).toThrow(
      'recipe: resize must be a number, { width, height } or { shortest }',
    );
    expect(wrong({ resize: { shortest: 3, width: 3 } })).toThrow('recipe: resize must be a number');
    expect(wrong({ letterbox: 64, crop: 3 })).toThrow('letterbox stands in the place of resize and crop');
    expect(wrong({ std: 0 })).toThrow('recipe: std must not be 0');
    expect(wrong({ mean: [1, 2] })).toThrow('mean must be one number, or one for each of 3 channels');
    expect(wrong({ channels: 'grey' })).toThrow('images[0] has 3 channels, but the recipe is for grey images');
    expect(wrong({ resize: 8 }, [image, noise(20, 20, 3)])).toThrow(
      'preprocess: images in one tensor must have one size, but images[0] gives [3, 8, 12] and images[1] [3, 8, 8]',
    );
    expect(wrong('imagenet', [])).toThrow('preprocess: images is empty');
    expect(() => compileRecipe({ crop: -3 })).toThrow('recipe: crop must be an integer from 1');
  });

  it('leaves out alone when it is aborted', async () => {
    const out = { data: new Float32Array(1800).fill(-1), shape: [3, 20, 30] };
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(preprocessAsync(noise(30, 20, 3), {}, { out, signal })).rejects.toThrow('enough');
    expect(out.data.every((value) => value === -1)).toBe(true);
  });
});

describe('recipeFromHuggingFace', () => {
  const clip = {
    crop_size: { height: 224, width: 224 },
    do_center_crop: true,
    do_convert_rgb: true,
    do_normalize: true,
    do_rescale: true,
    do_resize: true,
    image_mean: [...presets.clip.mean],
    image_processor_type: 'CLIPImageProcessor',
    image_std: [...presets.clip.std],
    resample: 3,
    rescale_factor: 0.00392156862745098,
    size: { shortest_edge: 224 },
  };

  it('reads the files of transformers', () => {
    expect(recipeFromHuggingFace(clip)).toEqual({
      ...presets.clip,
      resize: { shortest: 224 },
      crop: { width: 224, height: 224, rounding: 'down' },
      scale: 1 / 255,
    });
    const vit = {
      do_normalize: true,
      do_resize: true,
      feature_extractor_type: 'ViTFeatureExtractor',
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
      resample: 2,
      size: 224,
    };
    expect(recipeFromHuggingFace(vit)).toEqual({
      resize: { width: 224, height: 224 },
      interpolation: 'bilinear',
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.5, 0.5, 0.5],
    });
    const old = {
      ...clip,
      size: 224,
      crop_size: 224,
      image_processor_type: undefined,
      feature_extractor_type: 'CLIPFeatureExtractor',
    };
    expect(recipeFromHuggingFace(old)).toEqual(recipeFromHuggingFace(clip));
    expect(preprocess(noise(300, 260, 3), recipeFromHuggingFace(clip)).shape).toEqual([3, 224, 224]);
  });

  it('takes what a file leaves out from its class', () => {
    const of = (name: string, rest: object = {}) => recipeFromHuggingFace({ image_processor_type: name, ...rest });
    const half = [0.5, 0.5, 0.5];
    expect(of('CLIPImageProcessor')).toEqual(recipeFromHuggingFace(clip));
    expect(of('ViTImageProcessor')).toMatchObject({ interpolation: 'bilinear', mean: half, std: half });
    expect(of('ViTImageProcessor').crop).toBeUndefined();
    expect(of('MobileViTImageProcessor')).toMatchObject({ channels: 'BGR', crop: { width: 256 } });
    expect(of('MobileViTImageProcessor').mean).toBeUndefined();
    expect(of('LayoutLMv2ImageProcessor', { apply_ocr: true })).toEqual({
      resize: { width: 224, height: 224 },
      interpolation: 'bilinear',
      scale: 1,
      channels: 'BGR',
    });
    for (const name of ['Blip', 'DeiT', 'Beit', 'Bit', 'Siglip']) {
      expect(of(`${name}ImageProcessor`, { size: 32 }).interpolation).toBe('bicubic');
    }
    expect(of('VideoMAEFeatureExtractor', { size: 32 }).resize).toEqual({ shortest: 32 });
    expect(of('BeitImageProcessorFast')).toMatchObject({ resize: { width: 224, height: 224 } });
    expect(of('BeitImageProcessor')).toMatchObject({ resize: { width: 256, height: 256 }, crop: { width: 224 } });
  });

  it('understands the ways in which sizes are said', () => {
    const sized = (name: string, rest: object) =>
      recipeFromHuggingFace({ image_processor_type: `${name}ImageProcessor`, ...rest });
    expect(sized('ViT', { size: [40, 56] }).resize).toEqual({ width: 56, height: 40 });
    expect(sized('ConvNext', { size: { shortest_edge: 224 }, crop_pct: 0.95 })).toMatchObject({
      resize: { shortest: 235 },
      crop: { width: 224, height: 224, rounding: 'down' },
    });
    expect(sized('ConvNext', {}).resize).toEqual({ width: 384, height: 384 });
    expect(sized('PoolFormer', {}).resize).toEqual({ shortest: 248 });
    const detr = sized('Detr', {
      size: { shortest_edge: 60, longest_edge: 80 },
      format: 'coco_detection',
      do_pad: true,
    });
    expect(preprocess(noise(83, 52, 3), detr).shape).toEqual([3, 50, 80]);
    expect(preprocess(noise(47, 61, 3), detr).shape).toEqual([3, 77, 60]);
    const yolos = sized('Yolos', { size: { shortest_edge: 60, longest_edge: 80 } });
    expect(preprocess(noise(83, 52, 3), yolos).shape).toEqual([3, 48, 80]);
    expect(sized('Detr', { size: 600, max_size: 700 }).resize).toEqual({ shortest: 600, longest: 700 });
    expect(() => sized('ViT', { size: { longest_edge: 800 } })).toThrow('size must be a number, [height, width]');
    expect(() => sized('ViT', { size: [1, 2, 3] })).toThrow('size must be a number, [height, width]');
    expect(() => sized('ViT', { size: 0 })).toThrow('size must be a positive integer');
  });

  it('reads files of classes that it does not know, where they state all that decides', () => {
    const own = { ...clip, image_processor_type: 'MyImageProcessor' };
    expect(recipeFromHuggingFace(own)).toEqual(recipeFromHuggingFace(clip));
    expect(recipeFromHuggingFace({ ...own, do_flip_channels: true }).channels).toBe('BGR');
    for (const key of [
      'do_resize',
      'size',
      'resample',
      'do_center_crop',
      'crop_size',
      'do_rescale',
      'rescale_factor',
      'do_normalize',
      'image_mean',
      'image_std',
    ]) {
      for (const name of ['MyImageProcessor', undefined]) {
        const file = { ...own, image_processor_type: name, [key]: undefined };
        expect(() => recipeFromHuggingFace(file)).toThrow(
          `${name === undefined ? 'the file names no class of image processor' : 'MyImageProcessor is not known'}, so that what it leaves out cannot be known: add image_processor_type, or ${key}`,
        );
      }
    }
    expect(() => recipeFromHuggingFace({ ...own, size: 224 })).toThrow('224 may be both sides or the shorter one');
    const off = { do_resize: false, do_center_crop: false, do_rescale: false, do_normalize: false };
    expect(recipeFromHuggingFace(off)).toEqual({ scale: 1 });
  });

  it('accepts keys that change no pixel', () => {
    const idle = {
      ...{ reduce_labels: true, do_reduce_labels: true, format: 'coco_detection', do_convert_annotations: true },
      ...{
        ensure_multiple_of: 1,
        do_pad: false,
        size_divisor: 32,
        image_seq_length: 576,
        processor_class: 'CLIPProcessor',
      },
    };
    expect(recipeFromHuggingFace({ ...clip, ...idle })).toEqual(recipeFromHuggingFace(clip));
    // BLIP's files have these, and its class knows no padding.
    const blip = { image_processor_type: 'BlipImageProcessor', resample: 3, size: { height: 384, width: 384 } };
    expect(recipeFromHuggingFace({ ...blip, do_pad: true, size_divisor: 32 })).toEqual(recipeFromHuggingFace(blip));
    expect(() => recipeFromHuggingFace({ ...blip, do_pad: true, pad_size: 512 })).toThrow('the keys do_pad, pad_size');
    const pool = { feature_extractor_type: 'PoolFormerFeatureExtractor', size: 224, crop_pct: 0.9 };
    const both = { do_resize_and_center_crop: true };
    expect(recipeFromHuggingFace({ ...pool, ...both })).toEqual(recipeFromHuggingFace(pool));
    expect(() => recipeFromHuggingFace({ ...pool, ...both, do_center_crop: false })).toThrow(
      'do_resize_and_center_crop',
    );
    const own = { ...clip, image_processor_type: 'MyImageProcessor', do_pad: true, size_divisor: 32 };
    expect(() => recipeFromHuggingFace(own)).toThrow('the keys do_pad, size_divisor');
    expect(() => recipeFromHuggingFace({ ...clip, ensure_multiple_of: 14 })).toThrow('the keys ensure_multiple_of');
    const llava = { image_processor_type: 'LlavaImageProcessor', do_pad: true };
    expect(() => recipeFromHuggingFace(llava)).toThrow('the keys do_pad are not understood');
  });

  it('names the keys that would change the result', () => {
    expect(recipeFromHuggingFace({ ...clip, do_pad: false, size_divisor: null })).toEqual(recipeFromHuggingFace(clip));
    expect(() => recipeFromHuggingFace({ ...clip, do_image_splitting: true, crop_pct: 0.875 })).toThrow(
      'recipeFromHuggingFace: the keys do_image_splitting, crop_pct are not understood',
    );
    expect(() => recipeFromHuggingFace({ image_processor_type: 'PerceiverImageProcessor' })).toThrow(
      'PerceiverImageProcessor does more than its keys say',
    );
    const vit = { image_processor_type: 'ViTImageProcessor' };
    expect(() => recipeFromHuggingFace({ ...vit, resample: 9 })).toThrow("resample must be Pillow's 0 to 5");
    expect(() => recipeFromHuggingFace({ ...clip, crop_size: { shortest_edge: 3 } })).toThrow(
      'crop_size must be a number',
    );
    expect(() => recipeFromHuggingFace('{}')).toThrow('config must be an object');
  });
});

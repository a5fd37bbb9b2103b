/** Which pixels a lone number as `size` means: both sides; the shorter one; or the shorter one, with the longer one at most 1333. */
export type LoneSize = 'both' | 'shortest' | 'detr';

/** What a class does with `size` beyond a plain resize; the functions of hugging-face-resize.ts. */
export type SizeRule = 'plain' | 'convnext' | 'poolformer' | 'levit' | 'yolos';

/** What an image processor does where its file says nothing. */
export interface ClassDefaults {
  readonly size:
    | { readonly height: number; readonly width: number }
    | { readonly shortest_edge: number; readonly longest_edge?: number };
  readonly lone: LoneSize;
  readonly rule: SizeRule;
  /** Pillow's number. */
  readonly resample: number;
  /** Whether the centre is cut out, and of which side; undefined where the class knows no crop. */
  readonly crop: { readonly on: boolean; readonly side: number } | undefined;
  /** undefined where the class never rescales. */
  readonly rescaleFactor: number | undefined;
  /** undefined where the class never normalises. */
  readonly normalize:
    | { readonly on: boolean; readonly mean: readonly number[]; readonly std: readonly number[] }
    | undefined;
  /** 'always' where no key can change it; undefined where the class has no such step. */
  readonly flips: boolean | 'always' | undefined;
  /** Keys of the class alone, with their defaults; see SPECIAL_KEYS in hugging-face.ts. */
  readonly special: Readonly<Record<string, unknown>>;
}

const CLIP = { mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711] };
const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const HALF = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

const [NEAREST, LANCZOS, BILINEAR, BICUBIC] = [0, 1, 2, 3];

/** The middle road, which every entry says its differences from. */
const USUAL: Omit<ClassDefaults, 'size' | 'lone'> = {
  rule: 'plain',
  resample: BICUBIC,
  crop: undefined,
  rescaleFactor: 1 / 255,
  normalize: { on: true, ...HALF },
  flips: undefined,
  special: {},
};

type Differences = Partial<Omit<ClassDefaults, 'size' | 'lone'>>;

/** Both sides. */
function exact(side: number, differences: Differences = {}): ClassDefaults {
  return { ...USUAL, size: { height: side, width: side }, lone: 'both', ...differences };
}

/** The shorter side. */
function shortest(side: number, differences: Differences = {}): ClassDefaults {
  return { ...USUAL, size: { shortest_edge: side }, lone: 'shortest', ...differences };
}

const cropTo = (side: number, on = true) => ({ on, side });
const by = (set: typeof HALF, on = true) => ({ on, ...set });

const clip = shortest(224, { crop: cropTo(224), normalize: by(CLIP) });
const blip = exact(384, { normalize: by(CLIP) });
const detr: ClassDefaults = {
  ...USUAL,
  size: { shortest_edge: 800, longest_edge: 1333 },
  lone: 'detr',
  resample: BILINEAR,
  normalize: by(IMAGENET),
  special: { do_pad: true, pad_size: null },
};
const depth = exact(384, { special: { keep_aspect_ratio: false, ensure_multiple_of: 1, do_pad: false } });
const patches = exact(384, { normalize: by(CLIP), special: { crop_to_patches: false } });
const mobileNet = shortest(256, { resample: BILINEAR, crop: cropTo(224) });

/**
 * The defaults of image processors whose work a recipe can say, by their names without `ImageProcessor`. Facts of transformers 4.57, which
 * scripts/hugging-face-fixtures.py asks for them and for what comes out.
 *
 * @see https://github.com/huggingface/transformers/tree/v4.57.6/src/transformers/models
 */
const SLOW: Readonly<Record<string, ClassDefaults>> = {
  Beit: exact(256, { crop: cropTo(224) }),
  Bit: clip,
  Blip: blip,
  CLIP: clip,
  Chameleon: shortest(512, {
    resample: LANCZOS,
    crop: cropTo(512),
    rescaleFactor: 0.0078,
    normalize: by({ mean: [1, 1, 1], std: [1, 1, 1] }),
  }),
  ChineseCLIP: clip,
  ConditionalDetr: detr,
  ConvNext: shortest(384, { rule: 'convnext', resample: BILINEAR, special: { crop_pct: 0.875 } }),
  DPT: depth,
  DeformableDetr: detr,
  DeiT: exact(256, { crop: cropTo(224) }),
  Detr: detr,
  EfficientNet: exact(346, {
    resample: NEAREST,
    crop: cropTo(289, false),
    special: { include_top: true, rescale_offset: false },
  }),
  Flava: exact(224, { crop: cropTo(224), normalize: by(CLIP), special: { return_codebook_pixels: false } }),
  Gemma3: exact(224, { resample: BILINEAR, special: { do_pan_and_scan: false } }),
  GotOcr2: patches,
  GroundingDino: detr,
  InstructBlipVideo: blip,
  LayoutLMv2: exact(224, { resample: BILINEAR, rescaleFactor: undefined, normalize: undefined, flips: 'always' }),
  LayoutLMv3: exact(224, { resample: BILINEAR, special: { rescale_value: 1 / 255 } }),
  Levit: shortest(224, { rule: 'levit', crop: cropTo(224), normalize: by(IMAGENET) }),
  Llava: { ...clip, special: { do_pad: false } },
  LlavaNextVideo: clip,
  MobileNetV1: mobileNet,
  MobileNetV2: mobileNet,
  MobileViT: shortest(224, { resample: BILINEAR, crop: cropTo(256), normalize: undefined, flips: true }),
  Ovis2: patches,
  OwlViT: exact(768, { crop: cropTo(768, false), normalize: by(CLIP) }),
  PoolFormer: shortest(224, {
    rule: 'poolformer',
    crop: cropTo(224),
    normalize: by(IMAGENET),
    special: { crop_pct: 0.9 },
  }),
  PromptDepthAnything: depth,
  Pvt: exact(224, { resample: BILINEAR, normalize: by(IMAGENET) }),
  RTDetr: exact(640, {
    resample: BILINEAR,
    normalize: by(IMAGENET, false),
    special: { do_pad: false, pad_size: null },
  }),
  SegGpt: exact(448, { normalize: by(IMAGENET) }),
  Segformer: exact(512, { resample: BILINEAR, normalize: by(IMAGENET) }),
  Siglip: exact(224),
  ViT: exact(224, { resample: BILINEAR }),
  VideoLlava: clip,
  VideoMAE: shortest(224, { resample: BILINEAR, crop: cropTo(224) }),
  Vivit: shortest(256, { resample: BILINEAR, crop: cropTo(224), rescaleFactor: 1 / 127.5, special: { offset: true } }),
  Yolos: { ...detr, rule: 'yolos' },
};

/** Where a class …Fast has other defaults. */
const FAST: Readonly<Record<string, ClassDefaults>> = {
  LayoutLMv3: exact(224, { resample: BILINEAR }),
  Beit: exact(224, { crop: cropTo(224, false) }),
  DINOv3ViT: exact(224, { resample: BILINEAR, normalize: by(IMAGENET) }),
  Ovis2: { ...patches, lone: 'shortest' },
  OwlViT: exact(768, { crop: cropTo(768, false), normalize: by(CLIP, false) }),
  Siglip: { ...exact(224), lone: 'shortest' },
};

/** Classes of transformers that do what no recipe says: they cut into patches or tiles, pad, thumbnail, make grey, resize otherwise. */
const PECULIAR =
  /^(Aria|BridgeTower|Cohere2Vision|DeepseekVL(Hybrid)?|DepthPro|Donut|EfficientLoFTR|Emu3|Eomt|Fuyu|GLPN|Glm4v|Idefics[23]?|ImageGPT|Janus|Kosmos2_5|Lfm2Vl|LightGlue|Llama4|LlavaNext|LlavaOnevision|Mask2Former|MaskFormer|Mllama|Nougat|OneFormer|Owlv2|Perceiver|PerceptionLM|Phi4Multimodal|Pix2Struct|Pixtral|Qwen2VL|Sam2?|Siglip2|SmolVLM|SuperGlue|SuperPoint|Swin2SR|TextNet|TimmWrapper|Tvp|Vilt|VitMatte|VitPose|ZoeDepth)$/;

/** Classes …Fast whose own steps have no crop; the others' common ones have. */
const FAST_WITHOUT_CROP =
  /^(ConditionalDetr|DeformableDetr|Detr|Gemma3|GroundingDino|LayoutLMv2|PromptDepthAnything|RTDetr|Yolos)$/;

/** An image processor by its name. */
export interface NamedClass {
  /** As the file has it. */
  readonly name: string;
  readonly kind: 'known' | 'peculiar' | 'unknown';
  /** Whether it heeds do_center_crop. */
  readonly crops: boolean;
  /** Whether it computes with torchvision. */
  readonly fast: boolean;
  readonly defaults: ClassDefaults | undefined;
}

/** The class that a name such as `ViTImageProcessor`, `ViTImageProcessorFast` or `ViTFeatureExtractor` stands for. */
export function classOf(name: string): NamedClass {
  const [, stem, fastMark] = /^(.+?)(?:ImageProcessor|FeatureExtractor)(Fast)?$/.exec(name) ?? [];
  const fast = fastMark !== undefined;
  if (stem === undefined) return { name, kind: 'unknown', crops: true, fast, defaults: undefined };
  const own = (table: Readonly<Record<string, ClassDefaults>>) =>
    Object.hasOwn(table, stem) ? table[stem] : undefined;
  const defaults = (fast ? own(FAST) : undefined) ?? own(SLOW);
  if (defaults === undefined) {
    return { name, kind: PECULIAR.test(stem) ? 'peculiar' : 'unknown', crops: true, fast, defaults };
  }
  return {
    name,
    kind: 'known',
    crops: defaults.crop !== undefined || (fast && !FAST_WITHOUT_CROP.test(stem)),
    fast,
    defaults,
  };
}

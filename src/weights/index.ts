export { type HasParameters, loadWeights, saveWeights } from './files.js';
export { decodeSafetensors, encodeSafetensors, type Weights } from './safetensors.js';

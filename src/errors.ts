/** Base of every error that convkit throws; `code` is stable, the message is for people. */
export class ConvkitError extends Error {
  /** 'ERR_SHAPE' and so on: stable, for programs. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A shape, a size or a geometry option that cannot work (`ERR_SHAPE`). A RangeError in spirit. */
export class ShapeError extends ConvkitError {
  constructor(message: string) {
    super('ERR_SHAPE', message);
  }
}

/** An argument of the wrong type or an unknown option value (`ERR_ARGUMENT`). A TypeError in spirit. */
export class ArgumentError extends ConvkitError {
  constructor(message: string) {
    super('ERR_ARGUMENT', message);
  }
}

/** Something well-formed that this build, machine or algorithm cannot do (`ERR_UNSUPPORTED`). */
export class UnsupportedError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_UNSUPPORTED', message, options);
  }
}

/** A weights or model file that is malformed or does not fit (`ERR_MODEL`). */
export class ModelError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_MODEL', message, options);
  }
}

/** An image file that cannot be read or written (`ERR_IMAGE`). */
export class ImageError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_IMAGE', message, options);
  }
}

/** The native core failed where no argument is to blame, e.g. out of memory (`ERR_NATIVE`). */
export class NativeError extends ConvkitError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_NATIVE', message, options);
  }
}

/** As many requests as a batcher lets wait are waiting already (`ERR_QUEUE_FULL`): a server says 503 and Retry-After. */
export class QueueFullError extends ConvkitError {
  constructor(message: string) {
    super('ERR_QUEUE_FULL', message);
  }
}

/** Something was asked for after `close()` (`ERR_CLOSED`). */
export class ClosedError extends ConvkitError {
  constructor(message: string) {
    super('ERR_CLOSED', message);
  }
}

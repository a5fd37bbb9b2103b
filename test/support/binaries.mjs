export { problemsOf } from '../../scripts/packages/binary/problems.mjs';
export { readBinary } from '../../scripts/packages/binary/read.mjs';

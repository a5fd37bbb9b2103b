import { loadNativeBackend } from '../../../src/backend/native.js';
import { describeProfiles } from '../profile-suite.js';

describeProfiles(loadNativeBackend());

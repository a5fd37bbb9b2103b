import { describeProfiles } from '../profile-suite.js';
import { backend } from './support.js';

describeProfiles(backend);

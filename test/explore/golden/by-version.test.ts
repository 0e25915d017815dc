import { scenariosIn, testScenario } from './scenarios.js';

describe.each(scenariosIn('golden-by-version'))('%s', testScenario);

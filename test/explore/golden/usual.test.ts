import { scenariosIn, testScenario } from './scenarios.js';

describe.each(scenariosIn('golden').filter((name) => !name.startsWith('golden/large')))('%s', testScenario);

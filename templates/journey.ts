/** The way of a virtual user through a flow, as the scripts in JavaScript go it: for a server that sends a request itself. */
export { guarded } from './shared/bundle/addresses.js';
export { bodiesOf } from './shared/bundle/body.js';
export { failureOf } from './shared/bundle/failure.js';
export { newInputs } from './shared/bundle/inputs.js';
export { newJourney } from './shared/bundle/journey.js';

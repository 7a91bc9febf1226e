/** The SDK of a cloud: an optional package, loaded when the cloud is first used. */
import { CloudProblem } from './cloud.ts';

/**
 * Throws a CloudProblem that says what to install when it is not there: it is one of our development dependencies, which npm leaves out in
 * production, also when it is named. @param packages with their versions, as npm takes them
 */
export async function library<T>(cloud: string, packages: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CloudProblem(`The SDK of ${cloud} is not installed. Install it beside this plugin: npm install ${packages} --save-prod`);
  }
}

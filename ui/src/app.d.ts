declare global {
  namespace App {
    interface Error {
      message: string;
      /** The server, or a part of the panel that it holds, could not be reached. */
      unreachable?: boolean;
    }
  }
}

export {};

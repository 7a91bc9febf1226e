// Where the sample lines go: an open descriptor or a file; nowhere, unless LOAD_TEST_SAMPLES says so. Writing never waits.
import fs from "node:fs";
import net from "node:net";

/** Unread bytes above which further lines are dropped, and counted. */
const MOST_UNREAD = 4 * 1024 * 1024;

const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK = 0 } = fs.constants;
/** A named pipe without a reader is an error, not a reason to wait. */
const OPEN_FLAGS = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK;

/**
 * @param {string | undefined} place LOAD_TEST_SAMPLES
 * @throws {Error} with a message for the user
 */
export function openSink(place) {
  const stream = place ? streamOf(place) : null;
  let lost = 0;
  let gone = stream === null;
  stream?.on("error", () => {
    gone = true;
  });
  return {
    /** A server reads along, and stops the test where an objective says so. */
    isRead: Boolean(place?.startsWith("fd:")),
    /** Lines that nobody took. */
    get lost() {
      return lost;
    },
    write(text) {
      if (stream === null) return;
      if (gone || stream.writableLength > MOST_UNREAD) {
        lost += 1;
        return;
      }
      stream.write(`${text}\n`, (error) => {
        // The reader went away without taking it.
        if (error) lost += 1;
      });
    },
    /** Writes the last line, whatever is unread, and waits a while until all is taken. */
    end(text, waitMs) {
      if (gone) return Promise.resolve();
      return new Promise((resolve) => {
        setTimeout(resolve, waitMs);
        stream.once("error", resolve);
        stream.end(`${text}\n`, resolve);
      });
    },
  };
}

function streamOf(place) {
  if (place === "console")
    throw new Error(
      "LOAD_TEST_SAMPLES=console belongs to k6: give fd:3 or the path of a file.",
    );
  try {
    const fd = place.startsWith("fd:")
      ? Number(place.slice(3))
      : fs.openSync(place, OPEN_FLAGS, 0o644);
    const kind = fs.fstatSync(fd);
    if (kind.isFIFO() || kind.isSocket())
      return new net.Socket({ fd, readable: false, writable: true });
    if (kind.isFile() || kind.isCharacterDevice())
      return fs.createWriteStream(null, { fd });
    throw new Error("it is neither a pipe nor a file");
  } catch (error) {
    throw new Error(
      `LOAD_TEST_SAMPLES=${place} cannot be written to: ${error.message}.`,
    );
  }
}

# sh guarded.sh SECONDS PROGRAM [ARGUMENT...]: becomes PROGRAM, and leaves a guard in its process group.
#
# Descriptor 4 is a pipe that the server holds open. When it ends without the word "over", the server has died: nobody is
# left to end the load, so the guard does: SIGINT to the group, SECONDS of grace, SIGKILL.
seconds=$1
shift
(
  # Its own signal must not end it, and it must not hold the program's output open.
  trap '' INT TERM HUP
  exec </dev/null >/dev/null 2>&1 3>&-
  if read -r word <&4 && [ "$word" = over ]; then exit 0; fi
  kill -INT 0
  sleep "$seconds"
  kill -KILL 0
) &
exec 4<&-
exec "$@"

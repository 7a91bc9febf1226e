# sh container.sh ROOT FOLDER [SOURCE PATH ro|rw]... -- PROGRAM [ARGUMENT...]: becomes PROGRAM, in FOLDER, as a container has it.
#
# In namespaces of its own for mounts and processes. It sees all that this machine has, and each SOURCE at its PATH; nothing of
# that is left on the machine, since its root is another one, in memory.
set -e
root=$1 folder=$2
shift 2
mount -t tmpfs tmpfs "$root"
for entry in /*; do
  if [ -L "$entry" ]; then
    cp -P "$entry" "$root$entry"
  elif [ -d "$entry" ]; then
    mkdir "$root$entry"
    [ "$entry" = /proc ] || mount --rbind "$entry" "$root$entry"
  fi
done
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
  mkdir -p "$root$2"
  mount --bind "$1" "$root$2"
  [ "$3" = rw ] || mount -o remount,bind,ro "$root$2"
  shift 3
done
shift
exec chroot "$root" /bin/sh -c 'cd "$1" && shift && echo "the container has begun" && exec "$@"' sh "$folder" "$@"

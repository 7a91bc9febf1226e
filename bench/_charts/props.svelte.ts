/** Props that may change while the component stands there. */
export function props<Props extends object>(of: Props): Props {
  let all = $state.raw({ ...of });
  return new Proxy(of, {
    get: (_, name) => Reflect.get(all, name),
    set: (_, name, value) => {
      all = { ...all, [name]: value };
      return true;
    },
  });
}

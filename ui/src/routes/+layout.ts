// One static page for every address: the server answers unknown paths with it and the router does the rest.
export const ssr = false;
export const prerender = false;

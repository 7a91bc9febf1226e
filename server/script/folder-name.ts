/** The folder of a bundle: in its zip, and what that is called. */
export const folderName = ({ framework, hash }: { readonly framework: string; readonly hash: string }): string => `load-test-${framework}-${hash.slice(0, 8)}`;

export declare function failureOf(error: { readonly code?: string | undefined; readonly message: string }): [outcome: string, detail: string];

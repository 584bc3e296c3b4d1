// Only components that forms here can have stand in the palette; a file with others opens and keeps them.
const NOT_RUN = new Set(['html', 'iframe', 'button', 'documentPreview']);

class SupportedComponents {
  constructor(formFields) {
    // The palette lists every registered component; what is not offered still has to be known, so that forms which have it can be opened.
    const all = formFields._formFields;
    formFields._formFields = new Proxy(all, { ownKeys: (fields) => Reflect.ownKeys(fields).filter((type) => !NOT_RUN.has(type)) });
  }
}
SupportedComponents.$inject = ['formFields'];

export const paletteModule = { __init__: ['supportedComponents'], supportedComponents: ['type', SupportedComponents] };

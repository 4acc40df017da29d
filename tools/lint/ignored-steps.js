/**
 * A function that returns steps does nothing until somebody takes them: `yield* them()`, `takeAtOnce(them())`. A call whose
 * steps are ignored looks like one that works, and types allow it.
 */
const rule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      ignored:
        'Nothing of this is done: the call returns steps that nobody takes. Instead: `yield*` before it, or `takeAtOnce`.',
    },
  },
  create(context) {
    const { getTypeAtLocation } = context.sourceCode.parserServices;
    return {
      ExpressionStatement({ expression }) {
        const called = expression.type === 'UnaryExpression' ? expression.argument : expression;
        const type = getTypeAtLocation(called);
        const kinds = type.isUnion() ? type.types : [type];
        if (kinds.some((kind) => kind.symbol?.name === 'Generator'))
          context.report({ node: expression, messageId: 'ignored' });
      },
    };
  },
};

export const ignoredSteps = { rules: { 'ignored-steps': rule } };

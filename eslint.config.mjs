import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const onlyDependOn = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/out-tsc/**',
      '**/node_modules/**',
      '.nx/**',
      '.switchyard/**',
      'libs/contracts/src/gen/**',
      'libs/webmcp/browser/**',
      'libs/webmcp/src/*.gen.ts',
    ],
  },
  ...nx.configs['flat/base'],
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mjs'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          // Every project's jest.config.mjs takes the shared set-up from the root.
          allow: ['../../jest.preset.mjs'],
          depConstraints: [
            // A service depends on libraries only; never on another service.
            onlyDependOn('layer:lib', 'layer:lib'),
            onlyDependOn('layer:service', 'layer:lib'),
            onlyDependOn('layer:composition', 'layer:lib', 'layer:service'),
            onlyDependOn('layer:cli', 'layer:lib', 'layer:composition'),
            onlyDependOn('layer:test', 'layer:lib', 'layer:service', 'layer:composition', 'layer:cli'),
            // What is usable alone stays alone.
            {
              sourceTag: 'scope:contracts',
              onlyDependOnLibsWithTags: ['scope:contracts'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*'],
            },
            {
              sourceTag: 'scope:models',
              onlyDependOnLibsWithTags: ['scope:models'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*', 'rxjs'],
            },
            {
              sourceTag: 'scope:simulator',
              onlyDependOnLibsWithTags: ['scope:models', 'scope:simulator'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*'],
            },
            {
              sourceTag: 'scope:client',
              onlyDependOnLibsWithTags: ['scope:contracts', 'scope:client'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg'],
            },
            {
              // Runs in pages of others: it brings nothing along.
              sourceTag: 'scope:webmcp',
              onlyDependOnLibsWithTags: ['scope:webmcp'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*', 'rxjs'],
            },
            {
              // Pure: the same numbers of the same evidence, wherever they are computed.
              sourceTag: 'scope:evidence',
              onlyDependOnLibsWithTags: ['scope:contracts', 'scope:testing', 'scope:evidence'],
              bannedExternalImports: ['@nestjs/*', 'typeorm', 'pg', '@nats-io/*', 'rxjs'],
            },
            {
              sourceTag: 'scope:journal',
              bannedExternalImports: ['@nestjs/*', '@nats-io/*'],
              onlyDependOnLibsWithTags: ['layer:lib'],
            },
          ],
        },
      ],
      // A leading underscore says that a value is named only to be left out.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      // `() => void | Promise<void>` is how a callback says that it may be either.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
      ],
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: ['error', 'always'],
      'no-console': 'off',
    },
  },
  {
    // Nest reads constructor parameter types at run time: an injected class must stay a value import.
    files: ['**/*.controller.ts', '**/*.service.ts', '**/*.module.ts', '**/*.repository.ts', '**/*.entity.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
);

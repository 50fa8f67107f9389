import { Module } from '@nestjs/common';
import { BundleRecords } from '@switchyard/service';
import { DataSource } from 'typeorm';
import { BundleController } from './bundle.controller.js';
import { BundleImportsRepository } from './bundle-imports.repository.js';
import { BundleImports } from './bundle-imports.service.js';
import { ROUTER_KINDS } from './kinds/index.js';

@Module({
  controllers: [BundleController],
  providers: [
    BundleImportsRepository,
    BundleImports,
    {
      provide: BundleRecords,
      useFactory: (dataSource: DataSource) => new BundleRecords(dataSource, 'registry', ROUTER_KINDS),
      inject: [DataSource],
    },
  ],
})
export class BundleModule {}

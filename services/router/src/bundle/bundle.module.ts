import { Module } from '@nestjs/common';
import { RouterService } from '@switchyard/contracts';
import { bundleController, BundleRecords } from '@switchyard/service';
import { DataSource } from 'typeorm';
import { BundleImportsController } from './bundle-imports.controller.js';
import { BundleImportsRepository } from './bundle-imports.repository.js';
import { BundleImports } from './bundle-imports.service.js';
import { ROUTER_KINDS } from './kinds/index.js';

@Module({
  controllers: [bundleController(RouterService), BundleImportsController],
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

import { Module } from '@nestjs/common';
import { BackendsController } from './backends.controller.js';
import { BackendsRepository } from './backends.repository.js';
import { BackendsService } from './backends.service.js';

@Module({
  controllers: [BackendsController],
  providers: [BackendsRepository, BackendsService],
  exports: [BackendsRepository, BackendsService],
})
export class BackendsModule {}

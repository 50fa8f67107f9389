import { Module } from '@nestjs/common';
import { AgentsModule } from '../agents/agents.module.js';
import { ArmsService } from './arms.service.js';
import { RolloutsController } from './rollouts.controller.js';
import { RolloutsRepository } from './rollouts.repository.js';
import { RolloutsService } from './rollouts.service.js';

@Module({
  imports: [AgentsModule],
  controllers: [RolloutsController],
  providers: [RolloutsRepository, RolloutsService, ArmsService],
  exports: [ArmsService],
})
export class RolloutsModule {}

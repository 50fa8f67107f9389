import { Module } from '@nestjs/common';
import { BackendsModule } from '../backends/backends.module.js';
import { AgentCheckService } from './agent-check.service.js';
import { AgentsController } from './agents.controller.js';
import { AgentsRepository } from './agents.repository.js';
import { AgentsService } from './agents.service.js';
import { ToolCheckService } from './tool-check.service.js';

@Module({
  imports: [BackendsModule],
  controllers: [AgentsController],
  providers: [AgentsRepository, AgentsService, AgentCheckService, ToolCheckService],
  exports: [AgentsService],
})
export class AgentsModule {}

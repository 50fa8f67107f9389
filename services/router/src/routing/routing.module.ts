import { Module } from '@nestjs/common';
import { RoutingService } from './routing.service.js';
import { RoutingSnapshots } from './routing-snapshots.service.js';

@Module({ providers: [RoutingSnapshots, RoutingService], exports: [RoutingSnapshots, RoutingService] })
export class RoutingModule {}

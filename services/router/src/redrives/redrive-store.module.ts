import { Module } from '@nestjs/common';
import { RedrivesRepository } from './redrives.repository.js';

@Module({ providers: [RedrivesRepository], exports: [RedrivesRepository] })
export class RedriveStoreModule {}

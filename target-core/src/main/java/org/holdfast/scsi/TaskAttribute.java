package org.holdfast.scsi;

/** Task attributes (SAM-5 clause 8.9). */
public enum TaskAttribute {
  SIMPLE,
  ORDERED,
  HEAD_OF_QUEUE,
  ACA
}

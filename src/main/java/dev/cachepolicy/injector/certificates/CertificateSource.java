package dev.cachepolicy.injector.certificates;

/** Where the webhooks' certificates come from. */
public sealed interface CertificateSource permits CertificateOptions, CertificateDirectory {}

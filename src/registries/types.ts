export interface TagList {
  tags: string[];
  /** When the registry said so; ms since 1970. */
  askedAt: number;
  /** Why an older answer is used; null when it is fresh. */
  stale: string | null;
}

export interface Registries {
  /**
   * The tags of an image's repository; the image as a compose file names it. One that was asked within the hour is
   * not asked again. When the registry does not answer, its last answer is used and says so; without one it throws
   * `registry-unreachable`, `registry-busy`, `registry-wants-login` or `image-name-unreadable`.
   */
  tags(image: string): Promise<TagList>;
}

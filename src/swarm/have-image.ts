import { statusOf, type Engine } from "./engine/connect.ts";

/** Pulls an image that the node does not have. */
export async function haveImage(engine: Engine, image: string): Promise<void> {
  try {
    await engine.ask(`look for ${image}`, () => engine.docker.getImage(image).inspect());
  } catch (thrown) {
    if (statusOf(thrown) !== 404) throw thrown;
    await engine.ask(`pull ${image}`, async () => {
      const progress = await engine.streams.pull(image);
      await new Promise<void>((done, failed) => {
        engine.streams.modem.followProgress(progress, (problem: Error | null) =>
          problem === null ? done() : failed(problem),
        );
      });
    });
  }
}

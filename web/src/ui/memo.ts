/** A component that is drawn again only when one of its properties is another. */

import { Component, type ComponentType, type FunctionComponent, h } from 'preact';

export function memo<P extends object>(Drawn: FunctionComponent<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const [now, then] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      const names = new Set([...Object.keys(now), ...Object.keys(then)]);
      return [...names].some((name) => now[name] !== then[name]);
    }

    override render() {
      return h(Drawn as FunctionComponent<object>, this.props);
    }
  };
}

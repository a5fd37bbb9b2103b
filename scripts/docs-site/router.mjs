/** Addresses that say what is there: `docs/models.html`, `reference/functions/conv2d.html`, `reference/image/functions/resize.html`. */
import { KindRouter } from 'typedoc';

const FRONT_PAGE = 'index.html';

export class SiteRouter extends KindRouter {
  buildPages(project) {
    // typedoc's own page of the project would only list the sidebar once more.
    const pages = super.buildPages(project).filter(({ model }) => model !== project);
    this.fullUrls.set(project, FRONT_PAGE);
    return pages;
  }

  getFileName(baseName) {
    // So that the front page gets its name, which the project's page would have taken.
    return super.getFileName(baseName === 'index' && this.usedFileNames.size === 0 ? 'project' : baseName);
  }

  getIdealBaseName(reflection) {
    if (reflection.isDocument()) return reflection.frontmatter.page;
    const [name, module] = super.getIdealBaseName(reflection).split('/').reverse();
    const folder = folderOf(moduleOf(reflection));
    return module === 'modules' ? `${folder}/index` : `${folder}/${module}/${name.split('.').at(-1)}`;
  }
}

function moduleOf(reflection) {
  return reflection.parent.isProject() ? reflection : moduleOf(reflection.parent);
}

/** 'reference' for `convkit`, 'reference/image' for `convkit/image`. */
function folderOf({ name }) {
  return ['reference', ...name.split('/').slice(1)].join('/');
}
